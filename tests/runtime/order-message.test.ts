import { describe, expect, it } from "vitest";
import { readOrderMessage } from "../../runtime/inbox/order-message";

const order = { customer_id: "ada", item: "Pen", quantity: 2 };
const request = { customer_id: "ada", items: [{ item: "Pen", quantity: 2 }] };

const read = (body: unknown, attributes: Readonly<Record<string, string>> = {}) =>
  readOrderMessage({ id: "message-1", body: typeof body === "string" ? body : JSON.stringify(body), attributes });

/** As SNS puts a message into a queue that does not ask for raw delivery. */
const envelope = (message: unknown, attributes: Readonly<Record<string, string>> = {}) => ({
  Type: "Notification",
  MessageId: "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
  TopicArn: "arn:aws:sns:eu-central-1:123456789012:orders-intake",
  Message: typeof message === "string" ? message : JSON.stringify(message),
  Timestamp: "2026-11-21T09:00:00.000Z",
  SignatureVersion: "1",
  Signature: "EXAMPLE",
  SigningCertURL: "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0.pem",
  UnsubscribeURL: "https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe",
  MessageAttributes: Object.fromEntries(
    Object.entries(attributes).map(([name, Value]) => [name, { Type: "String", Value }]),
  ),
});

describe("an order in a message", () => {
  it.each<readonly [string, unknown, string]>([
    ["bare", order, "message-1"],
    ["bare, with its lines", request, "message-1"],
    ["in an OrderCreated event", { type: "OrderCreated", id: "event-1", data: order }, "event-1"],
    [
      "in a CloudEvent",
      {
        specversion: "1.0",
        type: "OrderCreated",
        source: "/shop",
        id: "event-1",
        time: "2026-11-21T09:00:00Z",
        data: order,
      },
      "event-1",
    ],
    [
      "in an event of EventBridge",
      { version: "0", id: "event-1", "detail-type": "OrderCreated", source: "shop", detail: order },
      "event-1",
    ],
    [
      "in an event made by hand",
      { eventType: "OrderCreated", eventId: "event-1", timestamp: "2026-11-21", payload: order },
      "event-1",
    ],
    [
      "flat in an event",
      { event_type: "OrderCreated", event_id: "event-1", timestamp: "2026-11-21", ...order },
      "event-1",
    ],
    ["bare in SNS's envelope", envelope(order), "95df01b4-ee98-5cb9-9903-4c221d41eb5e"],
    ["in an event in SNS's envelope", envelope({ type: "OrderCreated", id: "event-1", data: order }), "event-1"],
  ])("is found %s, under its key", (_, body, idempotency_key) => {
    expect(read(body)).toEqual({ kind: "read", request, idempotency_key });
  });

  it("may have a byte order mark before it, as on every way in", () => {
    const marked = `\ufeff${JSON.stringify(order)}`;
    expect(read(marked)).toMatchObject({ kind: "read", request });
    expect(read(envelope(marked))).toMatchObject({ kind: "read", request });
    expect(read(`\ufeff${JSON.stringify({ type: "OrderCreated", id: "e", data: order })}`)).toMatchObject({ request });
  });

  it.each([
    ["bare", { customer_id: "ada", item: "Pen", quantity: 1 }],
    ["in an event", { type: "OrderCreated", id: "e", data: { customer_id: "ada", item: "Pen", quantity: 1 } }],
  ])("is told that a number is too large: %s", (_, body) => {
    const text = JSON.stringify(body).replace('"quantity":1', '"quantity":1e400');
    expect(read(text)).toMatchObject({
      errors: [{ pointer: "/quantity", detail: "must be a whole number from 1 to 10,000; it is too large a number" }],
    });
  });

  it("takes its key from an attribute, with and without SNS's envelope, but an event's id goes first", () => {
    const attributes = { idempotency_key: "key-1" };
    expect(read(order, attributes)).toMatchObject({ idempotency_key: "key-1" });
    expect(read(envelope(order, attributes))).toMatchObject({ idempotency_key: "key-1" });
    const event = { type: "OrderCreated", id: "event-1", data: order };
    expect(read(event, attributes)).toMatchObject({ idempotency_key: "event-1" });
  });

  it.each<readonly [string, unknown, string, readonly string[]]>([
    ["no JSON", "{", "malformed_json", []],
    ["no JSON in SNS's envelope", envelope("{"), "malformed_json", []],
    ["of more than 64 KB", { ...order, item: "x".repeat(65_536) }, "body_too_large", []],
    [
      "of more than 64 KB in an event",
      { type: "OrderCreated", id: "e", data: { ...order, item: "x".repeat(65_536) } },
      "body_too_large",
      [],
    ],
    ["no object", "[]", "invalid_request", [""]],
    ["without a customer", { item: "Pen", quantity: 1 }, "invalid_request", ["/customer_id"]],
    ["with a wrong quantity", { ...order, quantity: 0 }, "invalid_request", ["/quantity"]],
    [
      "with a wrong quantity in an event",
      { type: "OrderCreated", id: "e", data: { ...order, quantity: 0 } },
      "invalid_request",
      ["/quantity"],
    ],
    ["with a field nobody knows", { ...order, price: 1 }, "invalid_request", ["/price"]],
    ["of another kind of event", { type: "OrderDeleted", id: "e", data: order }, "invalid_request", [""]],
    ["in an event without an id", { type: "OrderCreated", data: order }, "invalid_idempotency_key", [""]],
    [
      "in an event with a number for an id",
      { type: "OrderCreated", id: 7, data: order },
      "invalid_idempotency_key",
      [""],
    ],
    [
      "in an event whose id has a space",
      { type: "OrderCreated", id: "a b", data: order },
      "invalid_idempotency_key",
      [""],
    ],
  ])("is rejected when it is %s", (_, body, error, pointers) => {
    const rejected = read(body);
    expect(rejected).toMatchObject({ kind: "rejected", error });
    expect(rejected.kind === "rejected" ? rejected.errors.map(({ pointer }) => pointer) : []).toEqual(pointers);
  });
});
