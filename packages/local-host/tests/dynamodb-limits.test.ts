import { DynamoDBClient, TransactWriteItemsCommand, UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { put } from "./dynamodb-fixture";
import { type HostedEndpoint, hostedEndpoint, thingsTable } from "./hosted-endpoint";

let host: HostedEndpoint;
let dynamodb: DynamoDBClient;
const metrics: unknown[] = [];

beforeAll(async () => {
  host = await hostedEndpoint({
    resources: () => [thingsTable()],
    calls: { recordMetric: (...metric) => void metrics.push(metric) },
  });
  dynamodb = new DynamoDBClient({
    endpoint: host.url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    // What is refused stays refused.
    maxAttempts: 1,
  });
});

afterAll(async () => {
  dynamodb.destroy();
  await host.stop();
});

const limit = (MaxWriteRequestUnits: number) =>
  dynamodb.send(new UpdateTableCommand({ TableName: "things", OnDemandThroughput: { MaxWriteRequestUnits } }));

const write = (id: string) => dynamodb.send(put(id, 1));

it("a table takes no more writes in a second than it may, says so, and takes them again in the next", async () => {
  const { TableDescription } = await limit(2);
  expect(TableDescription).toMatchObject({ TableName: "things", TableStatus: "ACTIVE" });
  // A second of its own: that of the machine may end at any moment.
  host.context.clock.advance(1_000 - (host.context.clock.now() % 1_000));
  await write("1");
  await write("2");
  await expect(write("3")).rejects.toMatchObject({
    name: "ThrottlingException",
    message: "Throughput exceeds the maximum OnDemandThroughput configured on table or index",
  });
  expect(metrics).toEqual([
    ["AWS/DynamoDB", "WriteThrottleEvents", { TableName: "things" }, 1, "Count"],
    ["AWS/DynamoDB", "ThrottledRequests", { TableName: "things", Operation: "PutItem" }, 1, "Count"],
  ]);
  host.context.clock.advance(1_000);
  await write("3");
});

it("a write of more than that in one is taken alone, and -1 takes the limit away", async () => {
  const two = ["4", "5"].map((id) => ({ Put: { TableName: "things", Item: { id: { S: id } } } }));
  host.context.clock.advance(1_000);
  await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: two }));
  await expect(write("6")).rejects.toThrow("Throughput exceeds");
  await limit(-1);
  await write("6");
});

it("a limit that cannot be is refused", async () => {
  await expect(limit(0)).rejects.toMatchObject({ name: "ValidationException" });
});
