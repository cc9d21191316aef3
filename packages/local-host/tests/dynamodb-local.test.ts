import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type HostedEndpoint, hostedEndpoint, thingsStream, thingsTable } from "./hosted-endpoint";

const developer = { kind: "developer" } as const;

/** Needs Java; set DYNAMODB_LOCAL to the folder of DynamoDBLocal.jar to run it. */
describe.skipIf(process.env["DYNAMODB_LOCAL"] === undefined)("a table on DynamoDB Local", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "dynamodb-local-"));
  afterAll(() => rmSync(dataDir, { recursive: true }));

  const put = (host: HostedEndpoint, value: number) =>
    host.tables.service.call({
      principal: developer,
      action: "PutItem",
      input: {
        TableName: "things",
        Item: { id: { S: "one" }, value: { N: `${value}` } },
      },
    });

  const start = () => hostedEndpoint({ engine: "dynamodb-local", dataDir, resources: () => [thingsTable()] });

  it("gives its stream in order, over a restart too", async () => {
    const first = await start();
    const reader = first.tables.streams.open(thingsStream, { from: "TRIM_HORIZON" });
    await put(first, 1);
    const [inserted] = await reader.next(10, AbortSignal.timeout(10_000));
    expect(inserted).toMatchObject({
      eventName: "INSERT",
      eventSourceARN: thingsStream,
      awsRegion: "us-east-1",
      dynamodb: { NewImage: { value: { N: "1" } } },
    });
    await put(first, 2);
    const [changed] = await reader.next(10, AbortSignal.timeout(10_000));
    await first.stop();

    const second = await start();
    expect(second.events).toEqual([]);
    const after = inserted?.dynamodb.SequenceNumber ?? "";
    const again = second.tables.streams.open(thingsStream, { from: { after } });
    expect(await again.next(10, AbortSignal.timeout(10_000))).toEqual([changed]);
    await put(second, 3);
    const [third] = await again.next(10, AbortSignal.timeout(10_000));
    expect(third?.dynamodb).toMatchObject({ OldImage: { value: { N: "2" } }, NewImage: { value: { N: "3" } } });
    const { Table } = await second.tables.service.call({
      principal: developer,
      action: "DescribeTable",
      input: { TableName: "things" },
    });
    expect(Table).toMatchObject({ LatestStreamArn: thingsStream });
    await second.stop();
  }, 120_000);
});
