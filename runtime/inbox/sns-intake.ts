import { PublishBatchCommand, type PublishBatchRequestEntry, type SNSClient } from "@aws-sdk/client-sns";
import { backoff } from "../aws/backoff";
import { sendEach } from "../aws/send-each";
import type { Inbox } from "./inbox";

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
