import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AccessCheck, allowEverything } from "../src/kernel/endpoint/access-control";
import { type HostedEndpoint, hostedEndpoint, thingsStream, thingsTable } from "./hosted-endpoint";

describe("a table that a call makes", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "undeclared-"));
  const checks: AccessCheck[] = [];
  const start = () =>
    hostedEndpoint({
      dataDir,
      resources: () => [thingsTable()],
      access: { ...allowEverything, check: (check) => void checks.push(check) },
    });
  let host: HostedEndpoint;
  beforeAll(async () => {
    host = await start();
  });
  afterAll(async () => {
    await host.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const call = async (action: string, input: object, api = "DynamoDB_20120810") => {
    const answer = await fetch(host.url, {
      method: "POST",
      headers: { "x-amz-target": `${api}.${action}`, "content-type": "application/x-amz-json-1.0" },
      body: JSON.stringify(input),
    });
    return (await answer.json()) as Record<string, never>;
  };
  const streams = (action: string, input: object) => call(action, input, "DynamoDBStreams_20120810");

  const make = (StreamSpecification?: object) =>
    call("CreateTable", {
      TableName: "notes",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification,
    });
  const write = (id: string) => call("PutItem", { TableName: "notes", Item: { id: { S: id }, text: { S: "x" } } });

  const streamArn = async (): Promise<string | undefined> => {
    const { Streams } = (await streams("ListStreams", { TableName: "notes" })) as unknown as {
      Streams: { StreamArn: string }[];
    };
    return Streams[0]?.StreamArn;
  };
  /** What the stream has from its beginning. */
  const recorded = async (): Promise<readonly unknown[]> => {
    const StreamArn = await streamArn();
    const { StreamDescription } = (await streams("DescribeStream", { StreamArn })) as unknown as {
      StreamDescription: { Shards: { ShardId: string }[] };
    };
    const ShardId = StreamDescription.Shards[0]?.ShardId;
    const from = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" };
    const { ShardIterator } = await streams("GetShardIterator", from);
    const { Records } = (await streams("GetRecords", { ShardIterator })) as unknown as {
      Records: { eventName: string; dynamodb: object }[];
    };
    return Records.map(({ eventName, dynamodb }) => ({ eventName, ...dynamodb }));
  };

  it("has a stream of its own, as it asks for one", async () => {
    const { TableDescription } = await make({ StreamEnabled: true, StreamViewType: "NEW_IMAGE" });
    await write("a");
    const arn = await streamArn();
    expect(arn).toMatch(/^arn:aws:dynamodb:us-east-1:000000000000:table\/notes\/stream\/\d{4}/);
    expect(TableDescription).toMatchObject({ LatestStreamArn: arn });
    expect(await recorded()).toMatchObject([
      {
        eventName: "INSERT",
        Keys: { id: { S: "a" } },
        NewImage: { id: { S: "a" }, text: { S: "x" } },
        StreamViewType: "NEW_IMAGE",
      },
    ]);
  });

  it("is known by its key to the conditions of policies", async () => {
    checks.length = 0;
    await call("GetItem", { TableName: "notes", Key: { id: { S: "a" } } });
    expect(checks[0]?.context).toMatchObject({ "dynamodb:LeadingKeys": ["a"] });
  });

  it("keeps its stream over a restart", async () => {
    const before = await streamArn();
    await host.stop();
    host = await start();
    expect(await streamArn()).toBe(before);
    expect(await recorded()).toHaveLength(1);
    expect(await streams("ListStreams", {})).toMatchObject({
      Streams: [{ StreamArn: thingsStream }, { StreamArn: before }],
    });
  });

  it("has no stream when that is switched off, and another one when it is switched on again", async () => {
    await call("UpdateTable", { TableName: "notes", StreamSpecification: { StreamEnabled: false } });
    expect(await streamArn()).toBeUndefined();
    await write("unseen");
    const on = { StreamEnabled: true, StreamViewType: "KEYS_ONLY" };
    await call("UpdateTable", { TableName: "notes", StreamSpecification: on });
    await write("b");
    const records = await recorded();
    expect(records).toMatchObject([{ Keys: { id: { S: "b" } }, StreamViewType: "KEYS_ONLY" }]);
    expect(records[0]).not.toHaveProperty("NewImage");
  });

  it("has nothing of an earlier one of its name, after a restart neither", async () => {
    await call("DeleteTable", { TableName: "notes" });
    expect(await streamArn()).toBeUndefined();
    await make({ StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" });
    expect(await recorded()).toEqual([]);
    await write("c");
    await host.stop();
    host = await start();
    expect(await recorded()).toMatchObject([{ Keys: { id: { S: "c" } } }]);
  });

  it("is refused a view type that there is not, and then is not made", async () => {
    await call("DeleteTable", { TableName: "notes" });
    expect(await make({ StreamEnabled: true, StreamViewType: "ALL" })).toMatchObject({
      message: expect.stringContaining("Value 'ALL' at 'streamSpecification.streamViewType' failed to satisfy"),
    });
    expect(await call("DescribeTable", { TableName: "notes" })).toMatchObject({
      __type: expect.stringContaining("ResourceNotFoundException"),
    });
  });
});
