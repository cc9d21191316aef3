import type { DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import type { Order } from "../../runtime/orders/order";
import { storedItem } from "./stored-item";

/** Texts, numbers, lists and maps are written alike in a table and in its stream; an order has nothing else. */
const image = (order: Order) => storedItem(order) as NonNullable<DynamoDBRecord["dynamodb"]>["NewImage"] & object;

/** One write to the orders table, numbered for its place in the shard. */
export const streamRecord = (number: number, before: Order | undefined, after: Order | undefined): DynamoDBRecord => {
  const order_id = (after ?? before)?.order_id ?? "";
  return {
    eventID: `event-${number}`,
    eventName: before === undefined ? "INSERT" : after === undefined ? "REMOVE" : "MODIFY",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "eu-west-1",
    dynamodb: {
      ApproximateCreationDateTime: 1_795_251_600,
      Keys: { order_id: { S: order_id } },
      ...(before && { OldImage: image(before) }),
      ...(after && { NewImage: image(after) }),
      SequenceNumber: String(100 + number),
      SizeBytes: 512,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
    eventSourceARN: "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026-11-21T00:00:00.000",
  };
};

export const streamEvent = (...records: readonly DynamoDBRecord[]): DynamoDBStreamEvent => ({ Records: [...records] });
