import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { paginateScan } from "@aws-sdk/client-dynamodb";
import { SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { eventually } from "pulumi-local-host/testing/eventually";
import { afterAll, beforeAll, expect, it } from "vitest";
import { FileDrop } from "../../demo/file-drop";
import { newFolder, type StartedHost, startedHost } from "../support/started-host";

const folder = newFolder();
let started: StartedHost;
let drop: FileDrop;

const start = async (): Promise<void> => {
  started = await startedHost({}, folder);
  drop = new FileDrop(started.host);
  // What becomes of the orders is shown elsewhere.
  await drop.holdFulfilment();
  // On a busy machine a call may time out; its order is tried again this soon, not after three minutes.
  await started.aws.hideReceivedFor(started.host.output("inbox_queue_url"), 10);
};

beforeAll(start);

afterAll(() => started?.end());

/** Milliseconds: on a busy machine a call may time out, and import-file tries a file again only after 20 seconds. */
const patience = 240_000;

/** Resolves when no order is in the inbox any more. What a call failed for is hidden for three minutes, which go by here. */
const inboxIsEmpty = async (): Promise<void> => {
  const isEmptyInTime = (): Promise<boolean> =>
    eventually(async () => expect(await drop.waiting()).toBe(0), 20_000).then(
      () => true,
      () => false,
    );
  while (!(await isEmptyInTime())) await started.host.putForward(180);
};

type Items = readonly { readonly item: string; readonly quantity: number }[];
type Order = readonly [key: unknown, customer: unknown, items: unknown];

const small = (count: number): readonly Items[] =>
  Array.from({ length: count }, (_, index) => [{ item: `Item ${index}`, quantity: (index % 9) + 1 }]);
const large: Items = Array.from({ length: 40 }, (_, index) => ({ item: `Item ${index}`, quantity: 1 }));

/** A file, and the orders it makes: one of each row, under a key made of the content. */
const fileOf = (customer_id: string, orders: readonly Items[]) => {
  const content = orders.map((items) => `${JSON.stringify({ customer_id, items })}\n`).join("");
  const sha256 = createHash("sha256").update(content).digest("hex");
  const keyOf = (index: number): string => `${sha256.slice(0, 32)}:row-${index + 1}`;
  return { content, sha256, orders: orders.map((items, index): Order => [keyOf(index), customer_id, items]) };
};

const byKey = (orders: readonly Order[]) => orders.toSorted(([a], [b]) => String(a).localeCompare(String(b)));

/** All orders there are of a customer, doubled ones included. */
const ordersOf = async (customer: string): Promise<readonly Order[]> => {
  const found: Order[] = [];
  const scan = { TableName: started.host.output("orders_table"), ConsistentRead: true };
  for await (const { Items = [] } of paginateScan({ client: started.aws.tables }, scan)) {
    for (const item of Items) {
      const { idempotency_key, customer_id, items } = unmarshall(item);
      if (customer_id === customer) found.push([idempotency_key, customer_id, items]);
    }
  }
  return byKey(found);
};

/** How often import-file has said, in the log that outlives the host, that it was done with a file. */
const importsOf = (name: string): number => {
  const logs = join(folder, "logs");
  const texts = readdirSync(logs, { recursive: true, encoding: "utf8" })
    .filter((log) => log.includes("import-file"))
    .map((log) => readFileSync(join(logs, log), "utf8"));
  const lines = texts.join("").split("\n");
  return lines.filter((line) => line.includes(name) && line.includes("file imported")).length;
};

it("two files uploaded under one name are both imported as they were uploaded, though the second came too early", async () => {
  const files = ["CUST-first", "CUST-second"].map((customer, index) => fileOf(customer, small(100 + index)));
  const versions: string[] = [];
  for (const { content } of files) versions.push(await drop.put("twice.jsonl", content));
  // import-file has only begun to start.
  expect(await drop.report("twice.jsonl")).toBeUndefined();

  await eventually(async () => {
    const reports = await drop.reports("twice.jsonl");
    for (const [index, { sha256, content, orders }] of files.entries()) {
      const about = { version_id: versions[index], sha256, bytes: content.length, orders: orders.length };
      expect(reports).toContainEqual(expect.objectContaining({ ...about, result: "imported" }));
    }
  }, patience);
  await inboxIsEmpty();
  expect(await ordersOf("CUST-first")).toEqual(byKey(files[0]?.orders ?? []));
  expect(await ordersOf("CUST-second")).toEqual(byKey(files[1]?.orders ?? []));
}, 500_000);

it("a file is imported whole and each row once, though the host is killed while it is being imported", async () => {
  // The inbox refuses one of the orders until the host starts again: the import cannot be done before the kill.
  const Attributes = { MaximumMessageSize: "1024" };
  const QueueUrl = started.host.output("inbox_queue_url");
  await started.aws.queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
  const file = fileOf("CUST-killed", [...small(250), large, ...small(49)]);
  const version_id = await drop.put("killed.jsonl", file.content);
  await eventually(async () => expect(await drop.waiting()).toBeGreaterThan(0), patience);
  await started.host.end("SIGKILL");
  expect(importsOf("killed.jsonl")).toBe(0);

  await start();
  const report = { version_id, result: "imported", rows: 300, accepted: 300, rejected: 0, orders: 300 };
  await eventually(async () => expect(await drop.report("killed.jsonl")).toMatchObject(report), patience);
  await inboxIsEmpty();
  expect(await ordersOf("CUST-killed")).toEqual(byKey(file.orders));
  expect(importsOf("killed.jsonl")).toBeGreaterThan(0);
}, 500_000);
