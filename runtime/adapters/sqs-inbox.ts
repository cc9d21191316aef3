import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from "@aws-sdk/client-sqs";
import type { Inbox } from "../ports/inbox";
import { backoff } from "./backoff";
import { sendEach } from "./send-each";

/** A queue of orders to be placed. */
export const sqsInbox = (client: SQSClient, queueUrl: string, wait = backoff): Inbox => ({
  send: (orders) =>
    sendEach({
      entries: orders.map((order, index) => ({ Id: String(index), MessageBody: JSON.stringify(order) })),
      sizeOf: ({ MessageBody }: SendMessageBatchRequestEntry) => Buffer.byteLength(MessageBody ?? ""),
      send: (Entries) => client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: [...Entries] })),
      to: "the inbox",
      wait,
    }),
});
