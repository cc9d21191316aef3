import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, startEngine } from "../src/services/dynamodb/engine";
import { engineProgram } from "../src/services/dynamodb/engine-program";
import { StreamLog, UnknownChangeLog } from "../src/services/dynamodb/stream-log";

const TableName = "things";

/** What stream-log.ts takes for granted of the engine's inside: an upgrade of the engine that changes it fails here. */
describe.skipIf(engineProgram().kind !== "dynoxide")("the log of changes of the engine dynoxide", () => {
  const folder = mkdtempSync(join(tmpdir(), "engine-"));
  let engine: Engine;
  let log: StreamLog;

  const call = async (action: string, input: object) => {
    const { status, body } = await engine.send(`DynamoDB_20120810.${action}`, JSON.stringify({ TableName, ...input }));
    expect([action, status, status === 200 ? "" : body.toString()]).toEqual([action, 200, ""]);
  };
  const put = (n: number) => call("PutItem", { Item: { id: { S: "1" }, range: { N: "7" }, n: { N: String(n) } } });
  const latest = () => log.changesAfter(TableName, 0, 100).at(-1);

  beforeAll(async () => {
    engine = await startEngine(folder, "dynoxide");
    await call("CreateTable", {
      KeySchema: [
        { AttributeName: "id", KeyType: "HASH" },
        { AttributeName: "range", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "range", AttributeType: "N" },
      ],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    });
    log = new StreamLog(engine.logFile);
  });
  afterAll(async () => {
    log?.close();
    await engine?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is the table _stream_records, with these columns", () => {
    const database = new DatabaseSync(engine.logFile, { readOnly: true });
    const columns = database.prepare("SELECT name, type FROM pragma_table_info('_stream_records')").all();
    database.close();
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "id INTEGER",
      "table_name TEXT",
      "event_name TEXT",
      "keys_json TEXT",
      "new_image TEXT",
      "old_image TEXT",
      "sequence_number TEXT",
      "shard_id TEXT",
      "created_at INTEGER",
      "user_identity TEXT",
    ]);
  });

  it("has a change before the write is answered, with both images in DynamoDB's JSON and the time in seconds", async () => {
    const before = Math.floor(Date.now() / 1_000);
    await put(1);
    expect(latest()).toMatchObject({ eventName: "INSERT", oldImage: null, userIdentity: null });
    await put(2);
    const change = latest();
    expect(change).toMatchObject({ eventName: "MODIFY" });
    expect(JSON.parse(change?.newImage ?? "")).toEqual({ id: { S: "1" }, range: { N: "7" }, n: { N: "2" } });
    expect(JSON.parse(change?.oldImage ?? "")).toEqual({ id: { S: "1" }, range: { N: "7" }, n: { N: "1" } });
    expect(change?.createdAt).toBeGreaterThanOrEqual(before);
    expect(change?.createdAt).toBeLessThanOrEqual(Math.ceil(Date.now() / 1_000));
  });

  it("has the key of a removal, its attributes in any order, by which the removal of an expired item is found", async () => {
    const keys = [1, 2, 3, 4, 5, 6].map((n) => ({ id: { S: "expired" }, range: { N: String(n) } }));
    for (const Item of keys) await call("PutItem", { Item });
    const before = log.lastPosition(TableName);
    for (const Key of keys) await call("DeleteItem", { Key });
    const removals = () => log.changesAfter(TableName, before, 100);
    expect(removals().map(({ eventName, newImage, keys: key }) => [eventName, newImage, JSON.parse(key)])).toEqual(
      keys.map((key) => ["REMOVE", null, key]),
    );
    for (const { id, range } of keys.slice(1)) log.markExpired(TableName, { range, id });
    const expired = '{"Type":"Service","PrincipalId":"dynamodb.amazonaws.com"}';
    expect(removals().map(({ userIdentity }) => userIdentity)).toEqual([null, ...keys.slice(1).map(() => expired)]);
  });

  it("gives each change a greater position than any before, also when all but the last were forgotten", async () => {
    await put(4);
    const last = log.lastPosition(TableName);
    const database = new DatabaseSync(engine.logFile);
    database.exec("UPDATE _stream_records SET created_at = 0");
    database.close();
    log.trim();
    expect(log.changesAfter(TableName, 0, 100).map(({ position }) => position)).toEqual([last]);
    await put(5);
    expect(log.changesAfter(TableName, last, 100).map(({ position }) => position)).toEqual([last + 1]);
  });

  it("that is another is named, and nothing of it is touched", () => {
    const file = join(folder, "other.sqlite");
    const other = new DatabaseSync(file);
    other.exec("CREATE TABLE _stream_records (id INTEGER PRIMARY KEY, table_name TEXT, payload TEXT)");
    expect(() => new StreamLog(file)).toThrow(UnknownChangeLog);
    expect(() => new StreamLog(file)).toThrow(
      /has no event_name, keys_json, new_image, old_image, .*has id, table_name, payload[.] The local host knows the log of dynoxide 1[.]2[.]1/,
    );
    expect(other.prepare("SELECT count(*) AS indexes FROM sqlite_master WHERE type = 'index'").get()).toEqual({
      indexes: 0,
    });
    other.close();
  });
});
