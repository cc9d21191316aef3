import * as z from "zod";
import { dynamodbClient } from "../aws/dynamodb-client";
import { sqsClient } from "../aws/sqs-client";
import { channelOf } from "../inbox/channel-of";
import { log } from "../lambda/log";
import { type QueueMessage, type QueueWorker, queueHandler } from "../lambda/queue-handler";
import { messageAttributes, type TracedWork, tracedWork } from "../lambda/traced-work";
import { dynamodbOrders } from "../orders/dynamodb-orders";
import { freshOrderId } from "../orders/order-id";
import { orderFields } from "../orders/order-log";
import type { PlaceOrderPorts } from "../orders/place-order";
import { recordBy } from "../orders/record-metrics";
import { systemClock } from "../values/clock";
import { importOrder } from "./import-order";
import type { RejectedMessages } from "./rejected-messages";
import { sqsRejectedMessages } from "./sqs-rejected-messages";

export interface ImportOrdersPorts extends PlaceOrderPorts {
  readonly rejected: RejectedMessages;
}

/**
 * Places the order in each message of the inbox. A message that can never be placed goes to the dead-letter queue at
 * once, with the reason. It is deleted from the inbox only then: after a crash in between it may be in the dead-letter
 * queue twice, but is never lost.
 */
export const importOrdersWorker = ({ rejected, ...ports }: ImportOrdersPorts): QueueWorker => {
  const place = importOrder(ports);
  const work = async (message: QueueMessage, ...[x_ray, annotate]: Parameters<Work>): Promise<"done"> => {
    const trace = { correlation_id: message.id, x_ray };
    const Channel = channelOf(message);
    const imported = await place(message, trace).catch((error: unknown) => {
      recordBy("WorkFailed", { Step: "import-orders" });
      throw error;
    });
    if (imported.kind === "rejected") {
      await rejected.keep(message, imported);
      // Only where it is wrong: the values there may be personal data.
      const fields = imported.errors.map(({ pointer }) => pointer || "/");
      log.error({ message_id: message.id, error: imported.error, fields }, "message rejected");
      recordBy("RequestsRefused", { Channel });
      return "done";
    }
    if (imported.kind === "placed") annotate({ order_id: imported.order.order_id });
    const about = { ...orderFields(imported.order), message_id: message.id };
    log.info(about, imported.kind === "placed" ? "order placed" : "order replayed");
    recordBy(imported.kind === "placed" ? "OrdersReceived" : "OrdersReplayed", { Channel });
    return "done";
  };
  return (message) => tracedWork(messageWork(message), (...traced) => work(message, ...traced));
};

type Work = Parameters<typeof tracedWork>[1];

/**
 * Each order has a trace of its own. A row of a file brings one. A message of the topic has its sender's, who may have sent
 * thousands of messages in it, more than a trace can hold: its order starts a new trace, linked to the sender's.
 */
const messageWork = (message: QueueMessage): TracedWork => ({
  name: "import-orders",
  ...(channelOf(message) === "file" ? { header: message.x_ray } : { header: "begin", sender: message.x_ray }),
  annotations: {},
  attributes: messageAttributes("process", message.id),
});

export const importOrdersHandler = queueHandler({
  environment: z.object({ ORDERS_TABLE: z.string().min(1), INBOX_DEAD_LETTERS_URL: z.string().min(1) }),
  build: ({ ORDERS_TABLE, INBOX_DEAD_LETTERS_URL }) =>
    importOrdersWorker({
      orders: dynamodbOrders(dynamodbClient(), ORDERS_TABLE),
      clock: systemClock,
      freshOrderId,
      rejected: sqsRejectedMessages(sqsClient(), INBOX_DEAD_LETTERS_URL),
    }),
});
