import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { StreamRecord } from "../../local/dynamodb/stream-record";
import type { StreamPosition } from "../../local/dynamodb/table-stream";
import type { AccessCheck } from "../../local/endpoint/access-control";
import { type HostedEndpoint, hostedEndpoint, ordersTable, thingsStream } from "./hosted-endpoint";

const client = (host: HostedEndpoint) =>
  new DynamoDBClient({
    endpoint: host.url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });

const put = (id: string, value: number, more: object = {}) =>
  new PutItemCommand({
    TableName: "things",
    Item: { id: { S: id }, owner: { S: "me" }, value: { N: `${value}` } },
    ...more,
  });

const records = async (
  host: HostedEndpoint,
  from: StreamPosition,
  max = 100,
  after: () => Promise<unknown> = async () => undefined,
): Promise<StreamRecord[]> => {
  const reader = host.tables.streams.open(thingsStream, { from });
  await after();
  return reader.next(max, AbortSignal.timeout(5_000));
};

describe("a hosted table", () => {
  const checks: AccessCheck[] = [];
  let host: HostedEndpoint;
  let dynamodb: DynamoDBClient;
  beforeAll(async () => {
    host = await hostedEndpoint({
      resources: () => [ordersTable()],
      access: { check: (check) => void checks.push(check) },
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
    await dynamodb.send(
      new QueryCommand({
        TableName: "things",
        IndexName: "by-owner",
        KeyConditionExpression: "#o = :me",
        ExpressionAttributeNames: { "#o": "owner" },
        ExpressionAttributeValues: { ":me": { S: "me" } },
      }),
    );
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

  it("wakes a waiting reader at once, and lets it go when it is aborted", async () => {
    const reader = host.tables.streams.open(thingsStream, { from: "LATEST" });
    const waiting = reader.next(10, AbortSignal.timeout(5_000));
    await dynamodb.send(put("woken", 1));
    const written = performance.now();
    expect(await waiting).toHaveLength(1);
    expect(performance.now() - written).toBeLessThan(200);
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

describe("a hosted table over a restart", () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), "tables-"));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  const during = async <T>(
    inputs: Readonly<Record<string, unknown>>,
    act: (host: HostedEndpoint, dynamodb: DynamoDBClient) => Promise<T>,
  ) => {
    const host = await hostedEndpoint({ resources: () => [ordersTable(inputs)], dataDir });
    const dynamodb = client(host);
    try {
      return await act(host, dynamodb);
    } finally {
      dynamodb.destroy();
      await host.stop();
    }
  };

  it("keeps items, and the place of a stream's reader", async () => {
    const after = await during({}, async (host, dynamodb) => {
      await dynamodb.send(put("one", 1));
      await dynamodb.send(put("two", 2));
      return (await records(host, "TRIM_HORIZON", 1))[0]?.dynamodb.SequenceNumber ?? "";
    });
    await during({}, async (host, dynamodb) => {
      expect(
        (await dynamodb.send(new GetItemCommand({ TableName: "things", Key: { id: { S: "one" } } }))).Item?.["value"],
      ).toEqual({ N: "1" });
      expect((await records(host, { after })).map(({ dynamodb }) => dynamodb.Keys)).toEqual([{ id: { S: "two" } }]);
    });
  });

  it("gets a new index without losing items", async () => {
    await during({ globalSecondaryIndexes: [], attributes: [{ name: "id", type: "S" }] }, (_, dynamodb) =>
      dynamodb.send(put("one", 1)),
    );
    await during({}, async (host, dynamodb) => {
      const { Items } = await dynamodb.send(
        new QueryCommand({
          TableName: "things",
          IndexName: "by-owner",
          KeyConditionExpression: "#o = :me",
          ExpressionAttributeNames: { "#o": "owner" },
          ExpressionAttributeValues: { ":me": { S: "me" } },
        }),
      );
      expect(Items).toEqual([{ id: { S: "one" }, owner: { S: "me" } }]);
      expect(host.events).toEqual([]);
    });
  });

  it("is kept aside, and said so, when its key is another than the declared one", async () => {
    await during({}, (_, dynamodb) => dynamodb.send(put("one", 1)));
    await during(
      { hashKey: "owner", globalSecondaryIndexes: [], attributes: [{ name: "owner", type: "S" }] },
      async (host) => {
        expect(host.events).toMatchObject([
          {
            level: "warn",
            what: "began with empty tables",
            detail: {
              reason: expect.stringContaining("has the key id (HASH, S), the program declares owner (HASH, S)"),
            },
          },
        ]);
      },
    );
    expect(readdirSync(dataDir).filter((name) => name.startsWith("dynamodb.kept-"))).toHaveLength(1);
  });

  it("is kept aside when its file is damaged", async () => {
    await during({}, (_, dynamodb) => dynamodb.send(put("one", 1)));
    for (const file of ["tables.sqlite-wal", "tables.sqlite-shm"])
      rmSync(join(dataDir, "dynamodb", file), { force: true });
    writeFileSync(join(dataDir, "dynamodb", "tables.sqlite"), "this is no database".repeat(1_000));
    await during({}, async (host, dynamodb) => {
      expect(host.events).toMatchObject([{ what: "began with empty tables" }]);
      await dynamodb.send(put("two", 2));
    });
  });

  it("refuses to be deleted while it is protected", async () => {
    await during({ deletionProtectionEnabled: true }, async (_, dynamodb) => {
      await expect(dynamodb.send(new DeleteTableCommand({ TableName: "things" }))).rejects.toMatchObject({
        name: "ValidationException",
      });
    });
  });

  it("loses items whose time to live is over, as the service's own removal", async () => {
    const ttl = { attributeName: "until", enabled: true };
    await during({ ttl }, async (host, dynamodb) => {
      for (const [id, until] of [
        ["old", "1"],
        ["young", "99999999999"],
      ] as const) {
        await dynamodb.send(new PutItemCommand({ TableName: "things", Item: { id: { S: id }, until: { N: until } } }));
      }
      const seen = await records(host, "LATEST", 10, () => host.tables.expire());
      expect(seen).toMatchObject([
        {
          eventName: "REMOVE",
          dynamodb: { Keys: { id: { S: "old" } } },
          userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" },
        },
      ]);
      expect(seen).toHaveLength(1);
    });
  });
});
