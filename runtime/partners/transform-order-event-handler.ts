import { SNSClient } from "@aws-sdk/client-sns";
import * as z from "zod";
import { callLimits } from "../aws/call-limits";
import { log } from "../lambda/log";
import { messageWorker } from "../lambda/message-worker";
import { type QueueWorker, queueHandler } from "../lambda/queue-handler";
import { tracedWork } from "../lambda/traced-work";
import { busEventSchema } from "../orders/bus-event";
import { orderFields } from "../orders/order-log";
import { orderWork } from "../orders/order-work";
import { recordBy } from "../orders/record-metrics";
import { snsOrderEvents } from "./sns-order-events";
import { type TransformOrderEventPorts, transformOrderEvent } from "./transform-order-event";

/** Publishes each event that the bus has put into the queue, in the form for partners. */
export const transformOrderEventWorker = (ports: TransformOrderEventPorts): QueueWorker => {
  const transform = transformOrderEvent(ports);
  return messageWorker({
    schema: busEventSchema,
    expected: "an event of an order",
    work: async (event, id) => {
      const { order, trace } = event.detail;
      const about = { ...orderFields({ ...order, trace }), message_id: id };
      const work = async (x_ray: string | undefined) => {
        try {
          const { type } = await transform({ ...event, detail: { ...event.detail, trace: { ...trace, x_ray } } });
          log.info({ ...about, event_type: type }, "event published");
          return "done";
        } catch (err) {
          log.error({ ...about, err }, "event not published");
          recordBy("WorkFailed", { Step: "transform-order-event" });
          return "failed";
        }
      };
      return tracedWork(orderWork("transform-order-event", event.detail, id), work, (ended) => ended === "failed");
    },
  });
};

export const transformOrderEventHandler = queueHandler({
  environment: z.object({ ORDER_EVENTS_TOPIC_ARN: z.string().min(1), ORDERS_URL: z.url() }),
  build: ({ ORDER_EVENTS_TOPIC_ARN, ORDERS_URL }) =>
    transformOrderEventWorker({
      topic: snsOrderEvents(new SNSClient({ requestHandler: callLimits }), ORDER_EVENTS_TOPIC_ARN),
      source: ORDERS_URL,
    }),
});
