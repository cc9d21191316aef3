import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { placeOrderHandler, placeOrderRoute } from "../../runtime/order-api/place-order-handler";
import { freshOrderId, keyedOrderId } from "../../runtime/orders/order-id";
import { customerHash } from "../../runtime/orders/order-log";
import { ServiceUnavailable } from "../../runtime/values/service-unavailable";
import { ada, bob, orderId } from "./an-order";
import type { ApiCall } from "./api-event";
import { callRoute } from "./call-route";
import { captureLog, invocationFields } from "./captured-log";
import { type InMemoryOrders, inMemoryOrders } from "./in-memory-orders";

const log = captureLog();
const admin = { sub: "back-end", scope: "orders/write orders/admin" };
const order = { customer_id: "ada", items: [{ item: "Widget", quantity: 2 }], payment_method: "tok_visa" };
const keyed = { "idempotency-key": "key-1" };

let orders: InMemoryOrders;
beforeEach(() => {
  orders = inMemoryOrders();
});

const clock = { now: () => new Date("2026-11-21T09:00:00.000Z") };
const post = (call: Partial<ApiCall> = {}, newId = freshOrderId) =>
  callRoute(placeOrderRoute({ orders, clock, freshOrderId: newId }), {
    routeKey: "POST /orders",
    body: order,
    ...call,
  });

describe("POST /orders", () => {
  it("answers 201 with where the order is and what it is", async () => {
    const answer = await post({}, () => orderId);
    expect(answer).toEqual({
      status: 201,
      headers: { "content-type": "application/json", "cache-control": "no-store", location: `/orders/${orderId}` },
      json: {
        message: "Order placed",
        order_id: orderId,
        status: "PENDING",
        customer_id: "ada",
        items: [{ item: "Widget", quantity: 2 }],
        created_at: "2026-11-21T09:00:00.000Z",
        version: 1,
      },
    });
    expect(orders.stored.get(orderId)).toMatchObject({
      trace: { correlation_id: "request-1" },
      payment_method: "tok_visa",
    });
  });

  it("takes the customer from the token when the body names none", async () => {
    expect((await post({ body: { item: "Widget", quantity: 1 } })).json).toMatchObject({ customer_id: "ada" });
    const claims = { sub: "0b1c", customer_id: "bob", scope: "orders/write" };
    expect((await post({ body: { item: "Widget", quantity: 1 }, claims })).json).toMatchObject({ customer_id: "bob" });
  });

  it("reads a body with a byte order mark before it", async () => {
    expect((await post({ body: Buffer.from(`\ufeff${JSON.stringify(order)}`) })).status).toBe(201);
    expect((await post({ body: `\ufeff${JSON.stringify(order)}` })).status).toBe(201);
  });

  it("answers 400 to a body that is nested thousands deep, and says where", async () => {
    const body = `{"items":[{"item":${"[".repeat(20_000)}${"]".repeat(20_000)},"quantity":1}]}`;
    expect(await post({ body })).toMatchObject({
      status: 400,
      json: {
        error: "invalid_request",
        errors: [
          { pointer: `/items/0/item${"/0".repeat(29)}`, detail: "is nested deeper than 32 levels; an order has 3" },
        ],
      },
    });
  });

  it("answers 400 to a number that is too large, and says so", async () => {
    const body = '{"items":[{"item":"Desk","quantity":1e400}]}';
    expect(await post({ body })).toMatchObject({
      status: 400,
      json: {
        errors: [
          {
            pointer: "/items/0/quantity",
            detail: "must be a whole number from 1 to 10,000; it is too large a number",
          },
        ],
      },
    });
  });

  it("reads a body that arrives in base64", async () => {
    expect((await post({ body: Buffer.from(JSON.stringify(order)) })).status).toBe(201);
  });

  it("repeats the first answer byte for byte under the same key", async () => {
    const first = await post({ headers: keyed });
    await orders.change(keyedOrderId(ada, "key-1"), { to: "PAID", payment_reference: "pay-1" }, new Date());
    const again = await post({ headers: keyed, body: { ...order, items: [{ quantity: 2, item: "Widget" }] } });
    expect(JSON.stringify(again.json)).toBe(JSON.stringify(first.json));
    expect(again.headers).toEqual({ ...first.headers, "idempotent-replayed": "true" });
    expect(first.headers).not.toHaveProperty("idempotent-replayed");
    expect(log.counted("OrdersReceived", { Channel: "api" })).toEqual([1]);
    expect(log.counted("OrdersReplayed", { Channel: "api" })).toEqual([1]);
  });

  it("answers 422 when the key placed a different order", async () => {
    await post({ headers: keyed });
    const answer = await post({ headers: keyed, body: { ...order, payment_method: "tok_other" } });
    const id = keyedOrderId(ada, "key-1");
    expect(answer.status).toBe(422);
    expect(answer.json).toEqual({
      type: "urn:problem-type:orders:idempotency_key_reused",
      title: "The Idempotency-Key belongs to a different order",
      status: 422,
      detail: `This Idempotency-Key placed order ${id}, with a different body. Send the same body again, or use a new key.`,
      error: "idempotency_key_reused",
      order_id: id,
    });
    expect(orders.stored.size).toBe(1);
  });

  it("answers wrong fields with 400, a pointer to each, and what it should have been", async () => {
    const answer = await post({ body: { customer_id: "ada", items: [{ item: "Widget", quantity: 0 }], total: 3 } });
    expect(answer).toEqual({
      status: 400,
      headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
      json: {
        type: "urn:problem-type:orders:invalid_request",
        title: "The request has wrong fields",
        status: 400,
        detail: "Fields of the order are wrong; see errors.",
        error: "invalid_request",
        errors: [
          { pointer: "/items/0/quantity", detail: "must be a whole number from 1 to 10,000; it is 0" },
          { pointer: "/total", detail: "is not a known field" },
        ],
      },
    });
    expect(log.counted("RequestsRefused", { Channel: "api" })).toEqual([1]);
    expect(orders.stored.size).toBe(0);
  });

  const padded = (bytes: number) => {
    const json = JSON.stringify(order);
    return json + " ".repeat(bytes - json.length);
  };

  it("takes a body of 64 KB and refuses one byte more", async () => {
    expect((await post({ body: padded(65_536) })).status).toBe(201);
    const answer = await post({ body: padded(65_537) });
    expect(answer.json).toMatchObject({
      status: 413,
      error: "body_too_large",
      detail: "The body may have 65536 bytes; it has 65537.",
    });
  });

  it.each<[string, Partial<ApiCall>, number, string]>([
    ["no JSON", { body: "{" }, 400, "malformed_json"],
    ["no body", { body: undefined }, 400, "malformed_json"],
    ["bytes that are not UTF-8", { body: Buffer.from([0x22, 0xff, 0x22]) }, 400, "malformed_json"],
    ["bytes that are compressed", { headers: { "content-encoding": "gzip" } }, 415, "unsupported_media_type"],
    ["deeply nested lists", { body: "[".repeat(60_000) }, 400, "malformed_json"],
    ["a form", { headers: { "content-type": "application/x-www-form-urlencoded" } }, 415, "unsupported_media_type"],
    [
      "two media types",
      { headers: { "content-type": "application/json,application/json" } },
      415,
      "unsupported_media_type",
    ],
    [
      "another character set",
      { headers: { "content-type": "application/json; charset=latin1" } },
      415,
      "unsupported_media_type",
    ],
    ["an empty key", { headers: { "idempotency-key": "" } }, 400, "invalid_idempotency_key"],
    ["a key of 256 characters", { headers: { "idempotency-key": "k".repeat(256) } }, 400, "invalid_idempotency_key"],
    ["a key with a space", { headers: { "idempotency-key": "key 1" } }, 400, "invalid_idempotency_key"],
    ["a key that is not ASCII", { headers: { "idempotency-key": "clé" } }, 400, "invalid_idempotency_key"],
    ["two keys", { headers: { "idempotency-key": "key-1,key-2" } }, 400, "invalid_idempotency_key"],
    ["another's customer_id", { body: { ...order, customer_id: "bob" } }, 403, "customer_mismatch"],
    ["no token", { claims: null }, 401, "unauthorized"],
    ["a token without a customer", { claims: { scope: "orders/write" } }, 401, "unauthorized"],
  ])("refuses %s", async (_, call, status, error) => {
    const answer = await post(call);
    expect(answer.status).toBe(status);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(answer.json).toMatchObject({ status, error });
    expect(orders.stored.size).toBe(0);
  });

  it.each<[string, Partial<ApiCall>, string]>([
    ["an empty body", { body: undefined }, "The body must be JSON in UTF-8; it is empty."],
    ["a comma too many", { body: '{"item":"a",}' }, "at position 12 (line 1 column 13)."],
    ["bytes of another encoding", { body: Buffer.from([0x22, 0xff, 0x22]) }, "it is not UTF-8."],
    ["gzip", { headers: { "content-encoding": "gzip" } }, 'without Content-Encoding; it is "gzip".'],
    ["a space in the key", { headers: { "idempotency-key": "key 1" } }, 'and no comma; it is "key 1".'],
    ["a long key", { headers: { "idempotency-key": "k".repeat(256) } }, "and no comma; it has 256 characters."],
  ])("says what is wrong with %s", async (_, call, ending) => {
    const { detail } = (await post(call)).json as { detail: string };
    expect(detail.endsWith(ending), detail).toBe(true);
  });

  it.each(["application/json", "Application/JSON; charset=utf-8", 'application/json;charset="UTF-8"'])(
    "takes the media type %s",
    async (type) => {
      expect((await post({ headers: { "content-type": type } })).status).toBe(201);
    },
  );

  it("takes any key of 1 to 255 visible ASCII characters without a comma", async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[!-+\--~]{1,255}$/), async (key) => {
        expect((await post({ headers: { "idempotency-key": key } })).status).toBe(201);
      }),
      { numRuns: 50 },
    );
  });

  it("lets a token with orders/admin act for the customer in the body, in either scope claim", async () => {
    expect((await post({ claims: admin })).json).toMatchObject({ customer_id: "ada" });
    const scp = { sub: "back-end", scp: "[orders/write orders/admin]" };
    expect((await post({ claims: scp })).json).toMatchObject({ customer_id: "ada" });
  });

  it.each(["orders/administrator", "x-orders/admin", "orders/write"])(
    "does not take the scope %s for orders/admin",
    async (scope) => {
      expect((await post({ claims: { sub: "bob", scope } })).status).toBe(403);
    },
  );

  it("never replays an order to another customer under the same key", async () => {
    await post({ headers: keyed });
    const answer = await post({ headers: keyed, body: { ...order, customer_id: "bob" }, claims: { sub: "bob" } });
    expect(answer.json).toMatchObject({ customer_id: "bob", order_id: keyedOrderId(bob, "key-1") });
    expect(answer.headers).not.toHaveProperty("idempotent-replayed");
    expect(orders.stored.size).toBe(2);
  });

  it("logs the order's id and nothing personal", async () => {
    await post({ headers: keyed }, () => orderId);
    expect(log.lines()).toEqual([
      {
        ...invocationFields,
        customer_hash: customerHash(ada),
        event_id: `${keyedOrderId(ada, "key-1")}:1`,
        level: "info",
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        order_id: keyedOrderId(ada, "key-1"),
        correlation_id: "request-1",
        message: "order placed",
      },
    ]);
    expect(log.text()).not.toMatch(/ada|Widget|tok_visa|key-1/);
  });

  it("answers 500 without a trace of the error when the table fails", async () => {
    const broken = { insert: () => Promise.reject(new Error("secret detail")) };
    const route = placeOrderRoute({ orders: broken, clock, freshOrderId });
    const answer = await callRoute(route, { routeKey: "POST /orders", body: order });
    expect(answer.json).toMatchObject({
      status: 500,
      error: "internal_error",
      detail: "The request failed. Its id is request-1.",
    });
    expect(JSON.stringify(answer)).not.toMatch(/secret|stack/);
    expect(log.lines()).toEqual([expect.objectContaining({ level: "error", message: "request failed" })]);
  });

  it.each(["ProvisionedThroughputExceededException", "ThrottlingException", "TimeoutError", "ServiceUnavailable"])(
    "answers 503 with Retry-After when the table fails with %s",
    async (name) => {
      const error =
        name === "ServiceUnavailable" ? new ServiceUnavailable("no") : Object.assign(new Error("no"), { name });
      const route = placeOrderRoute({ orders: { insert: () => Promise.reject(error) }, clock, freshOrderId });
      const answer = await callRoute(route, { routeKey: "POST /orders", body: order });
      expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "1" }, json: { error: "try_again" } });
    },
  );

  it("logs a failure without what the error carries along", async () => {
    const error = Object.assign(new Error("condition failed"), { Item: { payment_method: { S: "tok_visa" } } });
    const route = placeOrderRoute({ orders: { insert: () => Promise.reject(error) }, clock, freshOrderId });
    await callRoute(route, { routeKey: "POST /orders", body: order });
    expect(log.text()).toContain("condition failed");
    expect(log.text()).not.toContain("tok_visa");
  });
});

describe("the handler of POST /orders", () => {
  it("needs nothing but the table's name, and nothing at all to be imported", () => {
    expect(Object.keys(placeOrderHandler.environment.shape)).toEqual(["ORDERS_TABLE"]);
    expect(placeOrderHandler.environment.safeParse({ ORDERS_TABLE: "" }).success).toBe(false);
  });
});
