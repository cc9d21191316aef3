import { DynamoDBClient, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { StreamRecord } from "../src/services/dynamodb/stream-record";
import type { StreamPosition } from "../src/services/dynamodb/table-stream";
import { type HostedEndpoint, thingsStream } from "./hosted-endpoint";

export const client = (host: HostedEndpoint) =>
  new DynamoDBClient({
    endpoint: host.url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });

export const put = (id: string, value: number, more: object = {}) =>
  new PutItemCommand({
    TableName: "things",
    Item: { id: { S: id }, owner: { S: "me" }, value: { N: `${value}` } },
    ...more,
  });

/** By the index on who owns an item. */
export const queryMine = () =>
  new QueryCommand({
    TableName: "things",
    IndexName: "by-owner",
    KeyConditionExpression: "#o = :me",
    ExpressionAttributeNames: { "#o": "owner" },
    ExpressionAttributeValues: { ":me": { S: "me" } },
  });

export const records = async (
  host: HostedEndpoint,
  from: StreamPosition,
  max = 100,
  after: () => Promise<unknown> = async () => undefined,
): Promise<StreamRecord[]> => {
  const reader = host.tables.streams.open(thingsStream, { from });
  await after();
  return reader.next(max, AbortSignal.timeout(5_000));
};
