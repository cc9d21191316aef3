import { beforeEach, describe, expect, it } from "vitest";
import type { Order } from "../../runtime/orders/order";
import { freshOrderId, keyedOrderId } from "../../runtime/orders/order-id";
import { type PlaceOrder, placeOrder } from "../../runtime/orders/place-order";
import { ada, bob, orderId } from "./an-order";
import { type InMemoryOrders, inMemoryOrders } from "./in-memory-orders";

const now = new Date("2026-11-21T09:00:00.000Z");
const request = { customer_id: ada, items: [{ item: "Widget", quantity: 2 }], payment_method: "tok_visa" };
const trace = { correlation_id: "request-1" };

let orders: InMemoryOrders;
let time = now;
const place = (command: Partial<PlaceOrder> = {}) =>
  placeOrder({ orders, clock: { now: () => time }, freshOrderId })({ request, trace, ...command });

beforeEach(() => {
  orders = inMemoryOrders();
  time = now;
});

describe("placing an order", () => {
  it("stores it PENDING, at version 1, with all that was asked for", async () => {
    const placed = await placeOrder({ orders, clock: { now: () => now }, freshOrderId: () => orderId })({
      request,
      trace,
    });
    const order: Order = {
      order_id: orderId,
      ...request,
      status: "PENDING",
      version: 1,
      idempotency_key: undefined,
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      created_at: "2026-11-21T09:00:00.000Z",
      updated_at: "2026-11-21T09:00:00.000Z",
      trace,
    };
    expect(placed).toEqual({ kind: "placed", order });
    expect([...orders.stored.values()]).toEqual([order]);
  });

  it("without a key makes a new order every time", async () => {
    await place();
    await place();
    expect(orders.stored.size).toBe(2);
  });

  it("under a key names the order after customer and key", async () => {
    const { order } = await place({ idempotency_key: "key-1" });
    expect(order.order_id).toBe(keyedOrderId(ada, "key-1"));
    expect(order.idempotency_key).toBe("key-1");
  });

  it("again under the same key gives the first answer again and stores nothing", async () => {
    const first = await place({ idempotency_key: "key-1" });
    time = new Date("2026-11-22T09:00:00.000Z");
    const again = await place({ idempotency_key: "key-1", trace: { correlation_id: "request-2" } });
    expect(again).toEqual({ kind: "replayed", order: first.order });
    expect([...orders.stored.values()]).toEqual([first.order]);
  });

  it("gives the first answer even when the order has moved on", async () => {
    const { order } = await place({ idempotency_key: "key-1" });
    await orders.change(
      order.order_id,
      { to: "PAID", payment_reference: "pay-1" },
      new Date("2026-11-21T09:00:03.000Z"),
    );
    const again = await place({ idempotency_key: "key-1" });
    expect(again).toEqual({ kind: "replayed", order });
    expect(again.order.payment_reference).toBeUndefined();
  });

  it("refuses a second order under the same key when the lines differ", async () => {
    const { order } = await place({ idempotency_key: "key-1" });
    const other = { ...request, items: [{ item: "Widget", quantity: 3 }] };
    expect(await place({ idempotency_key: "key-1", request: other })).toEqual({ kind: "key-reused", order });
    expect([...orders.stored.values()]).toEqual([order]);
  });

  it("keeps the same key of two customers apart", async () => {
    await place({ idempotency_key: "key-1" });
    const other = await place({ idempotency_key: "key-1", request: { ...request, customer_id: bob } });
    expect(other.kind).toBe("placed");
    expect(orders.stored.size).toBe(2);
  });

  it("many times at once under one key places it once", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => place({ idempotency_key: "key-1" })));
    expect(all.filter(({ kind }) => kind === "placed")).toHaveLength(1);
    expect(all.filter(({ kind }) => kind === "replayed")).toHaveLength(19);
    expect(orders.stored.size).toBe(1);
  });

  it("without a key is not taken for a replay when its own write is reported as already there", async () => {
    const insertAndLoseTheAnswer = async (order: Order) => {
      await orders.insert(order);
      return orders.insert(order);
    };
    const placed = await placeOrder({
      orders: { insert: insertAndLoseTheAnswer },
      clock: { now: () => now },
      freshOrderId,
    })({ request, trace });
    expect(placed.kind).toBe("placed");
  });
});
