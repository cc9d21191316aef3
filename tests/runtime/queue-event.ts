import type { SQSEvent, SQSRecord } from "aws-lambda";
import type { OrderEvent } from "../../runtime/orders/order-event";

/** A message of an SQS queue as its mapping hands it to a function. */
export const queueRecord = (messageId: string, body: unknown): SQSRecord => ({
  messageId,
  receiptHandle: `receipt-${messageId}`,
  body: typeof body === "string" ? body : JSON.stringify(body),
  attributes: {
    ApproximateReceiveCount: "1",
    SentTimestamp: "1795251600000",
    SenderId: "events.amazonaws.com",
    ApproximateFirstReceiveTimestamp: "1795251600100",
  },
  messageAttributes: {},
  md5OfBody: "",
  eventSource: "aws:sqs",
  eventSourceARN: "arn:aws:sqs:eu-west-1:123456789012:orders-fulfilment",
  awsRegion: "eu-west-1",
});

export const queueEvent = (...records: readonly SQSRecord[]): SQSEvent => ({ Records: [...records] });

/** An event as a rule of the bus puts it into a queue. */
export const busEvent = ({ type, detail }: OrderEvent) => ({
  version: "0",
  id: "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
  "detail-type": type,
  source: "orders",
  account: "123456789012",
  time: detail.occurred_at.replace(/\.\d+Z/, "Z"),
  region: "eu-west-1",
  resources: [],
  detail,
});
