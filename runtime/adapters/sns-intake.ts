import { PublishBatchCommand, type PublishBatchRequestEntry, type SNSClient } from "@aws-sdk/client-sns";
import type { Inbox } from "../ports/inbox";
import { backoff } from "./backoff";
import { sendEach } from "./send-each";

/** The topic whose messages go to the inbox. */
export const snsIntake = (client: SNSClient, topicArn: string, wait = backoff): Inbox => ({
  send: (orders) =>
    sendEach({
      entries: orders.map((order, index) => ({ Id: String(index), Message: JSON.stringify(order) })),
      sizeOf: ({ Message }: PublishBatchRequestEntry) => Buffer.byteLength(Message ?? ""),
      send: (entries) =>
        client.send(new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries: [...entries] })),
      to: "the intake topic",
      wait,
    }),
});
