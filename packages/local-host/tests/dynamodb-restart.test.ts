import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteTableCommand, type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, it } from "vitest";
import { client, put, queryMine, records } from "./dynamodb-fixture";
import { type HostedEndpoint, hostedEndpoint, thingsTable } from "./hosted-endpoint";

describe("a hosted table over a restart", () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), "tables-"));
  });

  const during = async <T>(
    inputs: Readonly<Record<string, unknown>>,
    act: (host: HostedEndpoint, dynamodb: DynamoDBClient) => Promise<T>,
  ) => {
    const host = await hostedEndpoint({ resources: () => [thingsTable(inputs)], dataDir });
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
      const { Items } = await dynamodb.send(queryMine());
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
    writeFileSync(join(dataDir, "dynamodb", "tables.sqlite"), "this is not a database".repeat(1_000));
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
