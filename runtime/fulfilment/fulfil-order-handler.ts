import { SFNClient } from "@aws-sdk/client-sfn";
import * as z from "zod";
import { log } from "../lambda/log";
import { messageWorker } from "../lambda/message-worker";
import { type QueueWorker, queueHandler } from "../lambda/queue-handler";
import { tracedWork } from "../lambda/traced-work";
import { busEventSchema } from "../orders/bus-event";
import { orderEventTypes } from "../orders/order-event";
import { orderFields } from "../orders/order-log";
import { orderWork } from "../orders/order-work";
import { recordBy } from "../orders/record-metrics";
import { type FulfilOrderPorts, fulfilOrder } from "./fulfil-order";
import { stepFunctionsWorkflow } from "./step-functions-workflow";

const orderPlacedSchema = busEventSchema.extend({ "detail-type": z.literal(orderEventTypes.PENDING) });

/** Fulfils the order of each OrderPlaced event that the bus has put into the queue. */
export const fulfilOrderWorker = (ports: FulfilOrderPorts): QueueWorker => {
  const fulfil = fulfilOrder(ports);
  return messageWorker({
    schema: orderPlacedSchema,
    expected: "an OrderPlaced event",
    work: async ({ detail }, id) => {
      const { order, trace } = detail;
      const about = { ...orderFields({ ...order, trace }), message_id: id };
      const work = async (x_ray: string | undefined) => {
        const outcome = await fulfil({ ...detail, trace: { ...trace, x_ray } }).catch((error: unknown) => ({
          kind: "failed" as const,
          error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
        }));
        if (outcome.kind === "failed") {
          log.error({ ...about, error: outcome.error }, "order not fulfilled");
          recordBy("WorkFailed", { Step: "fulfil-order" });
          return "failed";
        }
        log.info(about, "order fulfilled");
        return "done";
      };
      return tracedWork(orderWork("fulfil-order", detail, id), work, (ended) => ended === "failed");
    },
  });
};

/** Synchronous executions have a host name of their own, `sync-states...`, unless the endpoint is given. */
const sfnClient = (): SFNClient =>
  new SFNClient({
    disableHostPrefix: (process.env["AWS_ENDPOINT_URL_SFN"] ?? process.env["AWS_ENDPOINT_URL"]) !== undefined,
  });

export const fulfilOrderHandler = queueHandler({
  environment: z.object({ FULFILMENT_WORKFLOW_ARN: z.string().min(1) }),
  build: ({ FULFILMENT_WORKFLOW_ARN }) =>
    fulfilOrderWorker({ workflow: stepFunctionsWorkflow(sfnClient(), FULFILMENT_WORKFLOW_ARN) }),
});
