import { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { awsAt, stubService } from "pulumi-local-host/testing/stub-service";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { maxMessageBytes } from "../../runtime/inbox/max-message-bytes";
import type { OrderMessage, TypedAttribute } from "../../runtime/inbox/order-message";
import { queueHandler } from "../../runtime/lambda/queue-handler";
import { freshOrderId, keyedOrderId } from "../../runtime/orders/order-id";
import type { Rejection } from "../../runtime/orders/rejection";
import {
  type ImportOrdersPorts,
  importOrdersHandler,
  importOrdersWorker,
} from "../../runtime/topic-intake/import-orders-handler";
import { sqsRejectedMessages } from "../../runtime/topic-intake/sqs-rejected-messages";
import { ada } from "./an-order";
import { lambdaContext } from "./api-event";
import { captureLog, messageFields } from "./captured-log";
import { inMemoryOrders } from "./in-memory-orders";
import { queueEvent, queueRecord } from "./queue-event";

const log = captureLog();
const order = { customer_id: "ada", item: "Pen", quantity: 2, payment_method: "tok_visa" };
const event = (id: string, data: unknown = order) => ({ type: "OrderCreated", id, data });

const inbox = (replaced: Partial<ImportOrdersPorts> = {}) => {
  const kept: { message: OrderMessage; rejection: Rejection }[] = [];
  const orders = inMemoryOrders();
  const ports: ImportOrdersPorts = {
    orders,
    clock: { now: () => new Date("2026-11-21T09:00:00.000Z") },
    freshOrderId,
    rejected: { keep: async (message, rejection) => void kept.push({ message, rejection }) },
    ...replaced,
  };
  const handle = queueHandler({ environment: z.object({}), build: () => importOrdersWorker(ports) });
  return {
    kept,
    orders,
    receive: (...records: readonly SQSRecord[]) => handle(queueEvent(...records), lambdaContext),
  };
};

describe("importing the orders of a batch", () => {
  it("places each under its key, as the API would", async () => {
    const { receive, orders, kept } = inbox();
    const record = queueRecord("m-1", event("event-1"));
    expect(await receive(record)).toEqual({ batchItemFailures: [] });
    const order_id = keyedOrderId(ada, "event-1");
    expect(orders.stored.get(order_id)).toMatchObject({
      order_id,
      status: "PENDING",
      items: [{ item: "Pen", quantity: 2 }],
      payment_method: "tok_visa",
      idempotency_key: "event-1",
      trace: { correlation_id: "m-1" },
    });
    expect(kept).toEqual([]);
    expect(log.lines()).toEqual([
      expect.objectContaining({ level: "info", message: "order placed", order_id, message_id: "m-1" }),
    ]);
    expect(log.counted("OrdersReceived", { Channel: "topic" })).toEqual([1]);
  });

  it("tells what came in a file from what came by the topic, where nobody can pass for a file", async () => {
    const { receive } = inbox();
    const fromFile = { ...event("file-1:row-2"), source: "import-file" };
    const Message = JSON.stringify({ ...event("event-2"), source: "import-file" });
    const envelope = { Type: "Notification", TopicArn: "arn:aws:sns:topic", MessageId: "sns-1", Message };
    await receive(queueRecord("m-1", fromFile), queueRecord("m-2", envelope));
    expect(log.counted("OrdersReceived", { Channel: "file" })).toEqual([1]);
    expect(log.counted("OrdersReceived", { Channel: "topic" })).toEqual([1]);
  });

  it("places an order once, however often its message comes", async () => {
    const { receive, orders } = inbox();
    const twice = [queueRecord("m-1", event("event-1")), queueRecord("m-2", event("event-1"))];
    await receive(...twice);
    await receive(...twice);
    expect(orders.stored.size).toBe(1);
    expect(log.counted("OrdersReplayed", { Channel: "topic" })).toHaveLength(3);
  });

  it("keeps a bad message with the reason, in one line that shows nothing personal, and goes on with the rest", async () => {
    const { receive, orders, kept } = inbox();
    const bad = queueRecord("m-1", { ...order, quantity: 0 });
    expect(await receive(bad, queueRecord("m-2", event("event-2")))).toEqual({ batchItemFailures: [] });
    expect(orders.stored.size).toBe(1);
    expect(kept).toEqual([
      {
        message: expect.objectContaining({ id: "m-1", body: bad.body }),
        rejection: {
          kind: "rejected",
          error: "invalid_request",
          detail: "/quantity must be a whole number from 1 to 10,000; it is 0",
          errors: [{ pointer: "/quantity", detail: "must be a whole number from 1 to 10,000; it is 0" }],
        },
      },
    ]);
    expect(log.lines().filter((line) => JSON.stringify(line).includes("m-1"))).toEqual([
      {
        level: "error",
        timestamp: expect.any(String),
        ...messageFields,
        message_id: "m-1",
        error: "invalid_request",
        fields: ["/quantity"],
        message: "message rejected",
      },
    ]);
    expect(log.text()).not.toMatch(/ada|Pen|tok_visa/);
    expect(log.counted("RequestsRefused", { Channel: "topic" })).toEqual([1]);
  });

  it("rejects another order under a key that was used", async () => {
    const { receive, orders, kept } = inbox();
    await receive(queueRecord("m-1", event("event-1")));
    await receive(queueRecord("m-2", event("event-1", { ...order, quantity: 9 })));
    expect(orders.stored.size).toBe(1);
    expect(kept.map(({ rejection }) => rejection.error)).toEqual(["idempotency_key_reused"]);
    expect(kept[0]?.rejection.detail).toContain(keyedOrderId(ada, "event-1"));
  });

  it("fails a message that could not be kept, so that it is not gone", async () => {
    const { receive } = inbox({ rejected: { keep: () => Promise.reject(new Error("no queue")) } });
    const answer = await receive(queueRecord("m-1", "{"), queueRecord("m-2", event("event-2")));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "m-1" }] });
  });

  it("fails a message whose order could not be written, and no other", async () => {
    const orders = inMemoryOrders();
    const insert: typeof orders.insert = (placed) =>
      placed.idempotency_key === "event-1" ? Promise.reject(new Error("throttled")) : orders.insert(placed);
    const { receive, kept } = inbox({ orders: { insert } });
    const answer = await receive(queueRecord("m-1", event("event-1")), queueRecord("m-2", event("event-2")));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "m-1" }] });
    expect(orders.stored.size).toBe(1);
    expect(kept).toEqual([]);
  });

  it("fails a record without message attributes alone", async () => {
    const { receive, orders } = inbox();
    const { messageAttributes: _, ...broken } = queueRecord("m-1", event("event-1"));
    // Not as SQS sends it, which is the point.
    const answer = await receive(broken as SQSRecord, queueRecord("m-2", event("event-2")));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "m-1" }] });
    expect(orders.stored.size).toBe(1);
    expect(log.lines()).toContainEqual(expect.objectContaining({ message: "message failed", message_id: "m-1" }));
  });

  it("rejects an event that is nested thousands deep at once, with field and reason, and places the others", async () => {
    const { receive, orders, kept } = inbox();
    const deep = `{"type":"OrderCreated","id":"deep-1","data":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
    const good = ["m-2", "m-3", "m-4", "m-5"].map((id) => queueRecord(id, event(id)));
    expect(await receive(queueRecord("m-1", deep), ...good)).toEqual({ batchItemFailures: [] });
    expect(orders.stored.size).toBe(4);
    const pointer = `/data${"/0".repeat(31)}`;
    const detail = "is nested deeper than 32 levels; an order has 3";
    expect(kept.map(({ rejection }) => rejection)).toEqual([
      { kind: "rejected", error: "invalid_request", detail: `${pointer} ${detail}`, errors: [{ pointer, detail }] },
    ]);
  });

  it("needs the table and the dead-letter queue", () => {
    expect(Object.keys(importOrdersHandler.environment.shape)).toEqual(["ORDERS_TABLE", "INBOX_DEAD_LETTERS_URL"]);
  });
});

describe("the dead-letter queue of the inbox", () => {
  const rejection: Rejection = {
    kind: "rejected",
    error: "invalid_request",
    detail: "it is \u0000\ufffe and long ".padEnd(2_000, "x"),
    errors: [
      { pointer: "/items/0/quantity", detail: "" },
      { pointer: "", detail: "" },
    ],
  };
  const sent = async (
    attributes: Readonly<Record<string, string>>,
    typedAttributes?: Readonly<Record<string, TypedAttribute>>,
    body = "{",
  ) => {
    const message = { id: "m-1", body, attributes, ...(typedAttributes && { typedAttributes }) };
    await using queue = await stubService(() => ({ status: 200, json: { MessageId: "1" } }));
    const client = new SQSClient({ ...awsAt(queue.url), md5: false });
    await sqsRejectedMessages(client, `${queue.url}/1/dlq`).keep(message, rejection);
    // Written by the SDK in the JSON protocol of SQS.
    return queue.requests[0]?.json as {
      MessageBody: string;
      MessageAttributes: Record<string, { DataType: string; StringValue: string; BinaryValue?: string }>;
    };
  };

  it("gets the message as it was, with the reason in attributes that SQS takes", async () => {
    const { MessageBody, MessageAttributes } = await sent({ idempotency_key: "key-1", error: "of the last time" });
    expect(MessageBody).toBe("{");
    expect(Object.keys(MessageAttributes)).toEqual(["idempotency_key", "error", "field", "reason"]);
    expect(MessageAttributes["error"]?.StringValue).toBe("invalid_request");
    expect(MessageAttributes["field"]?.StringValue).toBe("/items/0/quantity /");
    expect(MessageAttributes["reason"]?.StringValue).toMatch(/^it is \ufffd\ufffd and long x+$/);
    expect(Buffer.byteLength(MessageAttributes["reason"]?.StringValue ?? "")).toBe(1_000);
  });

  it("gets no more than ten attributes", async () => {
    const many = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`own-${index}`, "1"]));
    expect(Object.keys((await sent(many)).MessageAttributes)).toHaveLength(10);
  });

  it("keeps the order's key and every type, and names what there is no room for", async () => {
    const binary = Buffer.from([0, 1, 255]).toString("base64");
    const long = "x".repeat(2_000);
    const { MessageAttributes } = await sent(
      {},
      {
        priority: { dataType: "Number.int", stringValue: "5" },
        seal: { dataType: "Binary", binaryValue: binary },
        ...Object.fromEntries(
          Array.from({ length: 6 }, (_, index) => [`own-${index}`, { dataType: "String", stringValue: long }]),
        ),
        // Last of nine.
        idempotency_key: { dataType: "String", stringValue: "key-1" },
      },
    );
    expect(Object.keys(MessageAttributes)).toEqual([
      "idempotency_key",
      "priority",
      "seal",
      "own-0",
      "own-1",
      "own-2",
      "own-3",
      "error",
      "field",
      "reason",
    ]);
    expect(MessageAttributes).toMatchObject({
      idempotency_key: { DataType: "String", StringValue: "key-1" },
      priority: { DataType: "Number.int", StringValue: "5" },
      seal: { DataType: "Binary", BinaryValue: binary },
      "own-0": { DataType: "String", StringValue: long },
    });
    expect(MessageAttributes["reason"]?.StringValue).toMatch(
      /x \(Attributes not kept, for lack of room: own-4, own-5\.\)$/,
    );
    expect(Buffer.byteLength(MessageAttributes["reason"]?.StringValue ?? "")).toBe(1_000);
  });

  describe("of a message that almost fills what SQS takes", () => {
    const typed = { seal: { dataType: "Binary", binaryValue: Buffer.alloc(100).toString("base64") } };
    const sizeOfOwn = "seal".length + "Binary".length + 100;
    /** With so many bytes left beside the body and the attribute that it came with. */
    const withRoom = async (bytes: number) => {
      const body = "x".repeat(maxMessageBytes - sizeOfOwn - bytes);
      const { MessageBody, MessageAttributes } = await sent({}, typed, body);
      const sizes = Object.entries(MessageAttributes).map(
        ([name, { DataType, StringValue = "", BinaryValue = "" }]) =>
          Buffer.byteLength(name + DataType + StringValue) + Buffer.from(BinaryValue, "base64").length,
      );
      expect(MessageBody === body).toBe(true);
      expect(MessageAttributes["seal"]).toMatchObject({ DataType: "Binary" });
      expect(body.length + sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(maxMessageBytes);
      return MessageAttributes;
    };

    it("has a shorter text where there is room for one, of whole characters", async () => {
      const { reason } = await withRoom(200);
      expect(reason?.StringValue).toMatch(/^it is \ufffd\ufffd and long x+$/);
      expect(reason?.StringValue.length).toBeLessThan(200);
    });

    it("has the code alone where there is none, and then nothing: the message is never cut", async () => {
      expect(Object.keys(await withRoom(100))).toEqual(["idempotency_key", "seal", "error"]);
      expect(Object.keys(await withRoom(20))).toEqual(["seal"]);
      expect(Object.keys(await withRoom(0))).toEqual(["seal"]);
    });

    it("fits, however much room there is", async () => {
      for (let bytes = 0; bytes < 320; bytes += 7) await withRoom(bytes);
    });
  });

  it("writes down the key of a message that has no other than its own id, which a copy does not have", async () => {
    const { MessageAttributes } = await sent({ shop: "north" });
    expect(MessageAttributes).toMatchObject({
      idempotency_key: { StringValue: "m-1" },
      shop: { StringValue: "north" },
    });
  });
});
