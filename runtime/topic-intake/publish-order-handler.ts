import { SNSClient } from "@aws-sdk/client-sns";
import type { Context } from "aws-lambda";
import * as z from "zod";
import { callLimits } from "../aws/call-limits";
import { snsIntake } from "../inbox/sns-intake";
import { lambdaHandler } from "../lambda/lambda-handler";
import { log } from "../lambda/log";
import { readOrder } from "../orders/order-text";
import { fieldErrors } from "../values/field-errors";
import { type PublishOrdersPorts, publishOrders } from "./publish-orders";

const asked = z.strictObject({
  /** Orders to publish, 1 to 1,000. */
  orders: z.int().min(1).max(1_000).default(1),
  /** The order, as the API takes it. */
  order: z.unknown().default({ customer_id: "smoke-test", item: "Smoke test", quantity: 1 }),
});

/**
 * Publishes orders to the intake topic, for a smoke test (`{}`) or a soak (`{"orders": 100}` on a schedule). When Lambda
 * tries again, the same orders are published again, and placed once.
 *
 * @throws when the input is wrong, naming each field
 */
export const publishOrderWorker = (ports: PublishOrdersPorts) => {
  const publish = publishOrders(ports);
  return async (input: unknown, { awsRequestId }: Pick<Context, "awsRequestId">) => {
    const read = asked.safeParse(input ?? {});
    if (!read.success) throw new Error(inputErrors(fieldErrors(read.error, input)));
    const order = readOrder(read.data.order);
    if (order.kind === "rejected") throw new Error(inputErrors(order.errors));
    const published = await publish({ count: read.data.orders, run: awsRequestId, request: order.request });
    log.info({ orders: published.length, run: awsRequestId }, "orders published");
    return { published };
  };
};

const inputErrors = (errors: ReturnType<typeof fieldErrors>): string =>
  `publish-order takes {"orders"?, "order"?}: ${errors.map(({ pointer, detail }) => `${pointer || "it"} ${detail}`).join("; ")}`;

export const publishOrderHandler = lambdaHandler({
  environment: z.object({ INTAKE_TOPIC_ARN: z.string().min(1) }),
  build: ({ INTAKE_TOPIC_ARN }) =>
    publishOrderWorker({ topic: snsIntake(new SNSClient({ requestHandler: callLimits }), INTAKE_TOPIC_ARN) }),
});
