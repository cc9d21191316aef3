import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { type AccessCheck, allowEverything } from "../src/kernel/endpoint/access-control";
import type { StreamRecord } from "../src/services/dynamodb/stream-record";
import { client, put, queryMine, records } from "./dynamodb-fixture";
import { type HostedEndpoint, hostedEndpoint, thingsStream, thingsTable } from "./hosted-endpoint";

describe("a hosted table", () => {
  const checks: AccessCheck[] = [];
  let host: HostedEndpoint;
  let dynamodb: DynamoDBClient;
  beforeAll(async () => {
    host = await hostedEndpoint({
      resources: () => [thingsTable()],
      access: { ...allowEverything, check: (check) => void checks.push(check) },
    });
    dynamodb = client(host);
  });
  afterAll(async () => {
    dynamodb.destroy();
    await host.stop();
  });
  beforeEach(() => {
    checks.length = 0;
  });

  it("is as declared, with the ARNs the program knows", async () => {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: "things" }));
    expect(Table).toMatchObject({
      TableArn: "arn:aws:dynamodb:us-east-1:000000000000:table/things",
      LatestStreamArn: thingsStream,
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
      GlobalSecondaryIndexes: [{ IndexName: "by-owner", Projection: { ProjectionType: "KEYS_ONLY" } }],
    });
  });

  it("gives back the stored item when a condition fails", async () => {
    await dynamodb.send(put("conditional", 1));
    const again = put("conditional", 2, {
      ConditionExpression: "attribute_not_exists(id)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    await expect(dynamodb.send(again)).rejects.toMatchObject({
      name: "ConditionalCheckFailedException",
      Item: { id: { S: "conditional" }, value: { N: "1" } },
    });
  });

  it.each([
    [
      "an empty set",
      { Item: { id: { S: "1" }, a: { SS: [] } } },
      "One or more parameter values were invalid: An string set  may not be empty",
    ],
    [
      "a doubled set",
      { Item: { id: { S: "1" }, a: { SS: ["x", "x"] } } },
      "One or more parameter values were invalid: Input collection [x, x] contains duplicates.",
    ],
    [
      "a false NULL",
      { Item: { id: { S: "1" }, a: { NULL: false } } },
      "One or more parameter values were invalid: Null attribute value types must have the value of true",
    ],
    [
      "values without an expression",
      { Item: { id: { S: "1" } }, ExpressionAttributeValues: { ":a": { S: "1" } } },
      "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null",
    ],
    [
      "an enumeration's wrong value, which is an error of the model",
      { Item: { id: { S: "1" } }, ReturnValues: "NOPE" },
      "1 validation error detected: Value 'NOPE' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]",
    ],
  ])("refuses %s in AWS's words", async (_, input, message) => {
    const answer = await fetch(host.url, {
      method: "POST",
      headers: { "x-amz-target": "DynamoDB_20120810.PutItem", "content-type": "application/x-amz-json-1.0" },
      body: JSON.stringify({ TableName: "things", ...input }),
    });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { __type: "com.amazon.coral.validate#ValidationException", message },
    ]);
  });

  it("refuses an expression with characters beyond ASCII, and its engine goes on", async () => {
    const update = new UpdateItemCommand({
      TableName: "things",
      Key: { id: { S: "1" } },
      UpdateExpression: "SET größe = :a",
      ExpressionAttributeValues: { ":a": { N: "1" } },
    });
    await expect(dynamodb.send(update)).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining('Invalid UpdateExpression: Syntax error; token: "ö"'),
    });
    expect(host.events).toEqual([]);
  });

  it("refuses a key that is not an attribute value, whatever it is instead", async () => {
    const answer = await fetch(host.url, {
      method: "POST",
      headers: { "x-amz-target": "DynamoDB_20120810.GetItem" },
      body: JSON.stringify({ TableName: "things", Key: { id: [{ toString: 1 }] } }),
    });
    expect(answer.status).toBe(400);
  });

  it("takes a table's ARN for its name", async () => {
    const { Item } = await dynamodb.send(
      new GetItemCommand({
        TableName: "arn:aws:dynamodb:us-east-1:000000000000:table/things",
        Key: { id: { S: "nobody" } },
      }),
    );
    expect(Item).toBeUndefined();
    expect(checks).toMatchObject([
      { action: "dynamodb:GetItem", resourceArn: "arn:aws:dynamodb:us-east-1:000000000000:table/things" },
    ]);
  });

  it("asks for the permission each request needs, with what IAM conditions can tell apart", async () => {
    await dynamodb.send(put("asked", 1));
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: "things",
        Key: { id: { S: "asked" } },
        UpdateExpression: "SET #s = :new, amount = if_not_exists(amount, :new)",
        ExpressionAttributeNames: { "#s": "status" },
        ExpressionAttributeValues: { ":new": { S: "x" } },
      }),
    );
    await dynamodb.send(queryMine());
    const table = "arn:aws:dynamodb:us-east-1:000000000000:table/things";
    expect(checks.map(({ action, resourceArn }) => [action, resourceArn])).toEqual([
      ["dynamodb:PutItem", table],
      ["dynamodb:UpdateItem", table],
      ["dynamodb:Query", `${table}/index/by-owner`],
    ]);
    expect(checks[0]?.context).toEqual({
      "dynamodb:Attributes": ["id", "owner", "value"],
      "dynamodb:LeadingKeys": ["asked"],
    });
    expect(checks[1]?.context).toEqual({
      "dynamodb:Attributes": ["id", "status", "amount"],
      "dynamodb:LeadingKeys": ["asked"],
    });
  });

  it("asks for each table of a batch and each action of a transaction", async () => {
    const Item = { id: { S: "several" } };
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { things: [{ PutRequest: { Item } }] } }));
    await dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Delete: { TableName: "things", Key: Item } },
          {
            ConditionCheck: {
              TableName: "things",
              Key: { id: { S: "x" } },
              ConditionExpression: "attribute_not_exists(id)",
            },
          },
        ],
      }),
    );
    expect(checks.map(({ action }) => action)).toEqual([
      "dynamodb:BatchWriteItem",
      "dynamodb:DeleteItem",
      "dynamodb:ConditionCheckItem",
    ]);
  });

  it("gives a stream's readers what was written, in order and in AWS's shape", async () => {
    const seen = await records(host, "LATEST", 10, async () => {
      await dynamodb.send(put("streamed", 1));
      await dynamodb.send(put("streamed", 2));
      await dynamodb.send(new DeleteItemCommand({ TableName: "things", Key: { id: { S: "streamed" } } }));
    });
    expect(seen.map(({ eventName }) => eventName)).toEqual(["INSERT", "MODIFY", "REMOVE"]);
    expect(seen[1]).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: "MODIFY",
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: "us-east-1",
      eventSourceARN: thingsStream,
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number),
        Keys: { id: { S: "streamed" } },
        NewImage: { id: { S: "streamed" }, owner: { S: "me" }, value: { N: "2" } },
        OldImage: { id: { S: "streamed" }, owner: { S: "me" }, value: { N: "1" } },
        SequenceNumber: expect.stringMatching(/^1\d{20}$/),
        SizeBytes: expect.any(Number),
        StreamViewType: "NEW_AND_OLD_IMAGES",
      },
    });
    const sequence = seen.map(({ dynamodb: { SequenceNumber } }) => SequenceNumber);
    expect(sequence).toEqual([...sequence].sort());
    expect(await records(host, { after: sequence[1] ?? "" })).toEqual([seen[2]]);
  });

  it("leaves no record of a write that changes nothing", async () => {
    await dynamodb.send(put("same", 1));
    const seen = await records(host, "LATEST", 10, async () => {
      await dynamodb.send(put("same", 1));
      await dynamodb.send(put("same", 2));
    });
    expect(seen.map(({ dynamodb }) => dynamodb.NewImage?.["value"])).toEqual([{ N: "2" }]);
  });

  it("wakes a waiting reader, and lets it go when it is aborted", async () => {
    // So that it does not look by itself.
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const reader = host.tables.streams.open(thingsStream, { from: "LATEST" });
    const waiting = reader.next(10, AbortSignal.timeout(5_000));
    await dynamodb.send(put("woken", 1));
    expect(await waiting).toHaveLength(1);
    const abort = new AbortController();
    const idle = reader.next(10, abort.signal);
    abort.abort();
    expect(await idle).toEqual([]);
  });

  it("answers the streams API, page by page", async () => {
    const call = async (action: string, input: object) => {
      const response = await fetch(host.url, {
        method: "POST",
        headers: { "x-amz-target": `DynamoDBStreams_20120810.${action}`, "content-type": "application/x-amz-json-1.0" },
        body: JSON.stringify(input),
      });
      return response.json() as Promise<Record<string, unknown>>;
    };
    const { StreamDescription } = await call("DescribeStream", { StreamArn: thingsStream });
    const [{ ShardId }] = (StreamDescription as { Shards: [{ ShardId: string }] }).Shards;
    const { ShardIterator } = await call("GetShardIterator", {
      StreamArn: thingsStream,
      ShardId,
      ShardIteratorType: "TRIM_HORIZON",
    });
    const first = await call("GetRecords", { ShardIterator, Limit: 2 });
    expect(first["Records"]).toHaveLength(2);
    const second = await call("GetRecords", { ShardIterator: first["NextShardIterator"], Limit: 1 });
    const positions = [first, second].flatMap(({ Records }) =>
      (Records as StreamRecord[]).map(({ dynamodb }) => dynamodb.SequenceNumber),
    );
    expect(new Set(positions).size).toBe(3);
  });
});
