import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBStreams } from "@aws-sdk/client-dynamodb-streams";
import {
  type MessageAttributeValue,
  PurgeQueueCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { eventually } from "pulumi-local-host/testing/eventually";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { customerIdSchema } from "../../runtime/orders/customer-id";
import { keyedOrderId } from "../../runtime/orders/order-id";
import type { HostedOrders } from "./hosted-orders";
import { hasTerminal, resultsOf } from "./run-orders";

const text = (StringValue: string): MessageAttributeValue => ({ DataType: "String", StringValue });

/** The commands for whoever is on call. */
export function describeDeadLetterCommands(orders: HostedOrders): void {
  const sqs = () => orders.started.aws.queues;
  const fulfilment = () => orders.started.host.output("fulfilment_queue_url");

  const urlOf = (name: string): string =>
    z.record(z.string(), z.string()).parse(orders.started.host.outputs["dead_letter_queues"])[name] ?? "";

  const put = async (
    name: string,
    body: unknown,
    MessageAttributes: Record<string, MessageAttributeValue> = {},
  ): Promise<string> => {
    const send = new SendMessageCommand({
      QueueUrl: urlOf(name),
      MessageBody: typeof body === "string" ? body : JSON.stringify(body),
      MessageAttributes,
    });
    return String((await sqs().send(send)).MessageId);
  };

  const set = (QueueUrl: string, name: string, value: string) =>
    sqs().send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { [name]: value } }));

  const shipped = (id: string): Promise<void> =>
    eventually(async () => expect(await orders.stored(id)).toMatchObject({ status: "SHIPPED" }));

  /** Places an order whose event never reaches fulfilment: the queue is purged while it waits there. */
  const stuck = async (): Promise<string> => {
    const purge = () => sqs().send(new PurgeQueueCommand({ QueueUrl: fulfilment() }));
    // Other tests leave events there of orders that they have cancelled.
    await purge();
    await set(fulfilment(), "DelaySeconds", "900");
    const id = await orders.place("STUCK");
    await eventually(async () =>
      expect((await orders.started.aws.attributes(fulfilment()))["ApproximateNumberOfMessagesDelayed"]).toBe("1"),
    );
    await purge();
    await set(fulfilment(), "DelaySeconds", "0");
    return id;
  };

  /** An order's event, as the rule puts it into the queue. */
  const placed = async (id: string) => {
    const order = await orders.stored(id);
    const detail = {
      event_id: `${id}:1`,
      schema_version: 1,
      occurred_at: order["created_at"],
      order: { ...order, updated_at: order["created_at"] },
      trace: { correlation_id: "request-1" },
    };
    return { source: "orders", "detail-type": "OrderPlaced", detail };
  };

  const depth = async (name: string) => (await orders.started.aws.depth(urlOf(name))).waiting;

  describe("orders dlq ls", () => {
    it("names every dead-letter queue, those with messages first, with the oldest message and its reasons", async () => {
      const wrong = { customer_id: "LISTED", items: [] };
      await put("orders-inbox-dlq", wrong, { error: text("invalid_request"), reason: text("must be so") });
      await put("orders-inbox-dlq", wrong, { error: text("invalid_request") });
      await put("orders-inbox-dlq", "?", { error: text("malformed_json") });
      const [first, ...others] = resultsOf(await orders.run(["dlq", "ls"]));
      expect(first).toEqual({
        queue: "orders-inbox-dlq",
        messages: 3,
        oldest: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        reasons: { invalid_request: 2, malformed_json: 1 },
      });
      expect(others.map(({ queue, ...rest }) => [queue, rest])).toEqual(
        [
          "orders-changed-dlq",
          "orders-files-dlq",
          "orders-fulfilment-dlq",
          "orders-placed-dlq",
          "orders-publish-order-dlq",
          "orders-publish-schedule-dlq",
          "orders-reconcile-schedule-dlq",
          "orders-relay-dlq",
          "orders-transform-dlq",
        ].map((queue) => [queue, { messages: 0, reasons: {} }]),
      );
    });

    it.skipIf(!hasTerminal)("shows a table on a terminal, and the messages are there again at once", async () => {
      const { code, stdout } = await orders.runOnTerminal(["dlq", "ls"]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^queue {26}messages {2}oldest {20}reasons\n/);
      expect(stdout).toMatch(/\norders-inbox-dlq {15}3 {9}\S+Z {2}2 invalid_request, 1 malformed_json\n/);
      expect(await depth("orders-inbox-dlq")).toBe(3);
    });
  });

  describe("orders dlq show", () => {
    it("says of each message its reason, and what it is about", async () => {
      const run = ["dlq", "show", "orders-inbox-dlq", "--reason"];
      const [wrong, ...more] = resultsOf(await orders.run([...run, "malformed_json"]));
      expect(more).toEqual([]);
      expect(wrong).toEqual({
        message_id: expect.any(String),
        reason: "malformed_json",
        receives: expect.any(Number),
        since: expect.any(String),
        message: "?",
      });
      expect(resultsOf(await orders.run([...run, "invalid_request"]))).toContainEqual(
        expect.objectContaining({ reason: "invalid_request", detail: "must be so" }),
      );
    });

    it("names the file of an import", async () => {
      const key = "incoming/two+orders%C3%A9.csv";
      await put("orders-files-dlq", { Records: [{ s3: { bucket: { name: "b" }, object: { key } } }] });
      const [letter] = resultsOf(await orders.run(["dlq", "show", "orders-files-dlq"]));
      expect(letter).toMatchObject({ file: "incoming/two ordersé.csv", reason: "NotDelivered" });
      await sqs().send(new PurgeQueueCommand({ QueueUrl: urlOf("orders-files-dlq") }));
    });

    it("refuses a queue that there is not, with those that there are", async () => {
      const { code, stderr } = await orders.run(["dlq", "show", "orders-dlq"]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^There is no dead-letter queue orders-dlq\. There are:\n {2}orders-changed-dlq\n/);
    });
  });

  describe("orders dlq drop", () => {
    it("deletes nothing without a new file that keeps it", async () => {
      const none = await orders.run(["dlq", "drop", "orders-inbox-dlq"]);
      expect(none).toEqual({
        code: 2,
        stdout: "",
        stderr: "error: required option '--keep <file>' not specified\nSee orders dlq drop --help.\n",
      });
      const file = join(orders.started.host.folder, "outputs.json");
      const there = await orders.run(["dlq", "drop", "orders-inbox-dlq", "--keep", file]);
      expect(there).toEqual({
        code: 2,
        stdout: "",
        stderr: `${file} is there already. --keep must name a new file.\n`,
      });
      expect(await depth("orders-inbox-dlq")).toBe(3);
    });

    it("deletes the messages that are meant, each with all of it in the file", async () => {
      const file = join(orders.started.host.folder, "dropped.jsonl");
      const run = ["dlq", "drop", "orders-inbox-dlq", "--reason", "invalid_request", "--keep", file];
      expect(resultsOf(await orders.run(run))).toEqual([{ queue: "orders-inbox-dlq", dropped: 2, kept_in: file }]);
      const lines = readFileSync(file, "utf8").trimEnd().split("\n");
      expect(lines.map((line) => JSON.parse(line))).toContainEqual({
        queue: "orders-inbox-dlq",
        message_id: expect.any(String),
        reason: "invalid_request",
        detail: "must be so",
        receives: expect.any(Number),
        since: expect.any(String),
        body: '{"customer_id":"LISTED","items":[]}',
        attributes: { error: text("invalid_request"), reason: text("must be so") },
      });
      expect(lines).toHaveLength(2);
      expect(await depth("orders-inbox-dlq")).toBe(1);
      await sqs().send(new PurgeQueueCommand({ QueueUrl: urlOf("orders-inbox-dlq") }));
    });
  });

  describe("orders dlq redrive", () => {
    it("sends back the messages about one order, and then all of them; none is left to be sent twice", async () => {
      const [one, other] = [await stuck(), await stuck()];
      await put("orders-fulfilment-dlq", await placed(one));
      await put("orders-fulfilment-dlq", await placed(other));
      const redrive = ["dlq", "redrive", "orders-fulfilment-dlq"];

      const planned = resultsOf(await orders.run([...redrive, "--dry-run", "--order", one]));
      expect(planned).toMatchObject([{ order_id: one, reason: "NotDelivered" }]);
      expect(await depth("orders-fulfilment-dlq")).toBe(2);

      const answer = { queue: "orders-fulfilment-dlq", redriven: 1, kept: 0 };
      expect(resultsOf(await orders.run([...redrive, "--order", one]))).toEqual([answer]);
      await shipped(one);
      expect(await orders.stored(other)).toMatchObject({ status: "PENDING" });
      expect(resultsOf(await orders.run([...redrive, "--rate", "50"]))).toEqual([answer]);
      await shipped(other);
      expect(resultsOf(await orders.run(redrive))).toEqual([{ ...answer, redriven: 0 }]);
    });

    it("sends an event that could not be delivered to the queue it was meant for", async () => {
      const { Policy = "" } = await orders.started.aws.attributes(fulfilment());
      await set(fulfilment(), "Policy", "");
      const id = await orders.place("UNDELIVERED");
      await eventually(async () => expect(await depth("orders-placed-dlq")).toBe(1));
      await set(fulfilment(), "Policy", Policy);
      const [letter] = resultsOf(await orders.run(["dlq", "show", "orders-placed-dlq"]));
      expect(letter).toMatchObject({ order_id: id, reason: "NO_PERMISSIONS", detail: expect.any(String) });

      const run = await orders.run(["dlq", "redrive", "orders-placed-dlq", "--reason", "NO_PERMISSIONS"]);
      expect(resultsOf(run)).toEqual([{ queue: "orders-placed-dlq", redriven: 1, kept: 0 }]);
      await shipped(id);
    });

    it("lets an order without a key of its own keep the id of its message, so that it is placed once", async () => {
      const customer = "KEYLESS";
      const order = { customer_id: customer, items: [{ item: "Pen", quantity: 1 }] };
      const message = await put("orders-inbox-dlq", order, { error: text("invalid_request") });
      const run = await orders.run(["dlq", "redrive", "orders-inbox-dlq"]);
      expect(resultsOf(run)).toEqual([{ queue: "orders-inbox-dlq", redriven: 1, kept: 0 }]);
      await shipped(keyedOrderId(customerIdSchema.parse(customer), message));
      expect(await depth("orders-inbox-dlq")).toBe(0);
    });

    it("keeps what has no queue to go back to, and says so", async () => {
      const message = await put("orders-reconcile-schedule-dlq", "{}", { ERROR_CODE: text("AWS.SDK") });
      expect(await orders.run(["dlq", "redrive", "orders-reconcile-schedule-dlq"])).toEqual({
        code: 1,
        stdout: '{"queue":"orders-reconcile-schedule-dlq","redriven":0,"kept":1}\n',
        stderr: `${message} is still there: it has no queue to go back to: see docs/operations.md, then drop it with --keep.\n`,
      });
      await sqs().send(new PurgeQueueCommand({ QueueUrl: urlOf("orders-reconcile-schedule-dlq") }));
    });
  });

  describe("orders dlq redrive of the relay's dead letters", () => {
    /** What Lambda says of records that the relay gave up. */
    const given = (place: object) => ({
      requestContext: { condition: "RetryAttemptsExhausted" },
      DDBStreamBatchInfo: { batchSize: 1, ...place },
    });

    const placeOf = async (id: string) => {
      const streams = new DynamoDBStreams({
        endpoint: orders.started.host.awsEndpoint,
        region: "eu-central-1",
        credentials: { accessKeyId: "local", secretAccessKey: "local" },
      });
      const { Streams } = await streams.listStreams({ TableName: orders.started.host.output("orders_table") });
      const streamArn = Streams?.[0]?.StreamArn;
      const { StreamDescription } = await streams.describeStream({ StreamArn: streamArn });
      const shardId = StreamDescription?.Shards?.[0]?.ShardId;
      const from = { StreamArn: streamArn, ShardId: shardId, ShardIteratorType: "TRIM_HORIZON" } as const;
      const { ShardIterator } = await streams.getShardIterator(from);
      const { Records = [] } = await streams.getRecords({ ShardIterator });
      const record = Records.find(({ dynamodb }) => dynamodb?.Keys?.["order_id"]?.S === id);
      const sequence = record?.dynamodb?.SequenceNumber;
      return { streamArn, shardId, startSequenceNumber: sequence, endSequenceNumber: sequence };
    };

    it("reads the records from the stream and tells the bus of them", async () => {
      const id = await stuck();
      await put("orders-relay-dlq", given(await placeOf(id)));
      const [letter] = resultsOf(await orders.run(["dlq", "show", "orders-relay-dlq", "--order", id]));
      expect(letter).toMatchObject({ orders: [id], reason: "RetryAttemptsExhausted" });
      const run = await orders.run(["dlq", "redrive", "orders-relay-dlq"]);
      expect(resultsOf(run)).toEqual([{ queue: "orders-relay-dlq", redriven: 1, kept: 0 }]);
      await shipped(id);
      expect(await depth("orders-relay-dlq")).toBe(0);
    });

    it("keeps what the stream has forgotten, and tells of an order by its id as it is now", async () => {
      const id = await stuck();
      const place = await placeOf(id);
      // A number that no record has, as one of those that were there a day ago.
      const gone = String(BigInt(place.startSequenceNumber ?? 0) + 1_000_000n);
      const message = await put(
        "orders-relay-dlq",
        given({ ...place, startSequenceNumber: gone, endSequenceNumber: gone }),
      );
      const forgotten = await orders.run(["dlq", "redrive", "orders-relay-dlq"]);
      expect(forgotten).toMatchObject({ code: 1, stdout: '{"queue":"orders-relay-dlq","redriven":0,"kept":1}\n' });
      expect(forgotten.stderr).toMatch(new RegExp(`^${message} is still there: the stream no longer has its records`));

      const run = await orders.run(["dlq", "redrive", "orders-relay-dlq", "--order", id]);
      expect(resultsOf(run)).toEqual([{ queue: "orders-relay-dlq", redriven: 0, kept: 0, published: [`${id}:1`] }]);
      await shipped(id);
      await sqs().send(new PurgeQueueCommand({ QueueUrl: urlOf("orders-relay-dlq") }));
    });
  });

  describe("orders replay", () => {
    it("puts the events of a time on the bus again, for the rule that is named", async () => {
      // EventBridge keeps the time of an event in whole seconds.
      const from = new Date(Date.now() - 1_000).toISOString();
      const id = await stuck();
      const to = new Date().toISOString();
      const run = await orders.run(["replay", "--from", from, "--to", to, "--rule", "orders-placed"]);
      expect(resultsOf(run)).toEqual([
        { replay: expect.stringMatching(/^orders-replay-\d+$/), state: "COMPLETED", last_event: expect.any(String) },
      ]);
      await shipped(id);
    });

    it("refuses times that are none or the wrong way round, and a rule that there is not", async () => {
      const times = ["--from", "2026-11-26T10:00Z", "--to", "2026-11-26T09:00Z"];
      expect(await orders.run(["replay", ...times])).toEqual({
        code: 2,
        stdout: "",
        stderr: "--from must be before --to.\n",
      });
      const wrong = await orders.run(["replay", "--from", "yesterday", "--to", "2026-11-26T09:00Z"]);
      expect(wrong.stderr).toMatch(
        /^error: option '--from <time>' argument 'yesterday' is invalid\. It must be a time/,
      );
      const rule = await orders.run(["replay", "--from", "2026-11-25", "--to", "2026-11-26", "--rule", "orders-paid"]);
      expect(rule.code).toBe(2);
      expect(rule.stderr).toMatch(/^The bus has no rule orders-paid\. It has:\n(.*\n)* {2}orders-placed {2}\{"source"/);
    });
  });
}
