import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from "@aws-sdk/client-sqs";
import { backoff } from "../aws/backoff";
import { sendEach } from "../aws/send-each";
import type { Inbox } from "./inbox";

/** A queue of orders to be placed. */
export const sqsInbox = (client: SQSClient, queueUrl: string, wait = backoff): Inbox => ({
  send: (orders, headers = []) =>
    sendEach({
      entries: orders.map((order, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(order),
        ...systemAttributes(headers[index]),
      })),
      sizeOf: ({ MessageBody }: SendMessageBatchRequestEntry) => Buffer.byteLength(MessageBody ?? ""),
      send: (Entries) => client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: [...Entries] })),
      to: "the inbox",
      wait,
    }),
});

/** It does not count as a part of the message: https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sqs.html */
const systemAttributes = (header: string | undefined): Pick<SendMessageBatchRequestEntry, "MessageSystemAttributes"> =>
  header === undefined
    ? {}
    : { MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: header } } };
