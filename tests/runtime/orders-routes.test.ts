import { describe, expect, it } from "vitest";
import { cancelOrderRoute } from "../../runtime/order-api/cancel-order-handler";
import { getOrderRoute } from "../../runtime/order-api/get-order-handler";
import { listOrdersRoute } from "../../runtime/order-api/list-orders-handler";
import { orderIdSchema } from "../../runtime/orders/order-id";
import { ada, anOrder, bob, orderId } from "./an-order";
import { callRoute } from "./call-route";
import { captureLog } from "./captured-log";
import { inMemoryOrders } from "./in-memory-orders";

const log = captureLog();
const clock = { now: () => new Date("2026-11-21T09:30:00.000Z") };
const bobs = { sub: "bob", scope: "orders/read orders/write" };
const admins = { sub: "back-end", scope: "orders/admin" };

const notFound = {
  type: "urn:problem-type:orders:order_not_found",
  title: "There is no such order",
  status: 404,
  detail: "There is no such order among yours.",
  error: "order_not_found",
  order_id: orderId,
};

describe("GET /orders/{order_id}", () => {
  const shipped = anOrder({
    status: "SHIPPED",
    version: 3,
    idempotency_key: "key-1",
    payment_reference: "pay-1",
    shipment_reference: "ship-1",
  });
  const get = (call: { path: Record<string, string>; claims?: Record<string, string> }) =>
    callRoute(getOrderRoute({ orders: inMemoryOrders([shipped]) }), { routeKey: "GET /orders/{order_id}", ...call });

  it("answers with what a customer may see of the order", async () => {
    const answer = await get({ path: { order_id: orderId } });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      order_id: orderId,
      status: "SHIPPED",
      customer_id: "ada",
      items: [{ item: "Widget", quantity: 2 }],
      created_at: "2026-11-21T09:00:00.000Z",
      updated_at: "2026-11-21T09:00:00.000Z",
      version: 3,
    });
  });

  it("answers 404 for someone else's order, exactly as for one that does not exist", async () => {
    const others = await get({ path: { order_id: orderId }, claims: bobs });
    expect(others.json).toEqual(notFound);
    const missing = await callRoute(getOrderRoute({ orders: inMemoryOrders() }), {
      routeKey: "GET /orders/{order_id}",
      path: { order_id: orderId },
    });
    expect(missing).toEqual(others);
  });

  it("answers a back end for any customer", async () => {
    expect((await get({ path: { order_id: orderId }, claims: admins })).status).toBe(200);
  });

  it("takes the id in capitals, as some tools write a UUID", async () => {
    expect((await get({ path: { order_id: orderId.toUpperCase() } })).json).toMatchObject({ order_id: orderId });
  });

  it.each(["1", "", "not-a-uuid", "%00"])("answers 404 for %j, which is not an order's id", async (order_id) => {
    expect((await get({ path: { order_id } })).json).toMatchObject({ status: 404, error: "order_not_found" });
  });
});

describe("POST /orders/{order_id}/cancellation", () => {
  const cancel = (orders: ReturnType<typeof inMemoryOrders>, claims?: Record<string, string>) =>
    callRoute(cancelOrderRoute({ orders, clock }), {
      routeKey: "POST /orders/{order_id}/cancellation",
      path: { order_id: orderId },
      ...(claims && { claims }),
    });

  it("cancels a PENDING order", async () => {
    const orders = inMemoryOrders([anOrder()]);
    const answer = await cancel(orders);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      message: "Order cancelled",
      order_id: orderId,
      status: "CANCELLED",
      customer_id: "ada",
      items: [{ item: "Widget", quantity: 2 }],
      created_at: "2026-11-21T09:00:00.000Z",
      updated_at: "2026-11-21T09:30:00.000Z",
      version: 2,
    });
    expect(orders.stored.get(orderId)).toMatchObject({ status: "CANCELLED", version: 2 });
    expect(log.lines()).toEqual([expect.objectContaining({ message: "order cancelled", order_id: orderId })]);
  });

  it("again succeeds and changes nothing", async () => {
    const orders = inMemoryOrders([anOrder()]);
    const first = await cancel(orders);
    expect(await cancel(orders)).toEqual(first);
    expect(orders.stored.get(orderId)?.version).toBe(2);
    expect(log.lines()).toEqual([expect.objectContaining({ message: "order cancelled", order_id: orderId })]);
  });

  it.each(["PAID", "SHIPPED", "REJECTED"] as const)(
    "answers 409 with the present status of a %s order",
    async (status) => {
      const orders = inMemoryOrders([anOrder({ status })]);
      expect((await cancel(orders)).json).toEqual({
        type: "urn:problem-type:orders:order_not_cancellable",
        title: "The order can no longer be cancelled",
        status: 409,
        detail: `The order is ${status}; only a PENDING order can be cancelled.`,
        error: "order_not_cancellable",
        order_id: orderId,
        order_status: status,
      });
      expect(orders.stored.get(orderId)?.status).toBe(status);
    },
  );

  it("answers 404 for someone else's order and leaves it alone", async () => {
    const orders = inMemoryOrders([anOrder()]);
    expect((await cancel(orders, bobs)).json).toEqual(notFound);
    expect(orders.stored.get(orderId)).toEqual(anOrder());
  });

  it("logs the order's id and no customer", async () => {
    await cancel(inMemoryOrders([anOrder()]));
    expect(log.lines()).toEqual([expect.objectContaining({ message: "order cancelled", order_id: orderId })]);
    expect(log.text()).not.toMatch(/ada|Widget|tok_visa/);
  });
});

describe("GET /orders", () => {
  const idOf = (n: number) => orderIdSchema.parse(`0191f5a2-7c3b-7d1e-8a4f-${String(n).padStart(12, "0")}`);
  const placedAt = (n: number) => new Date(Date.UTC(2026, 10, 21, 9, 0, n)).toISOString();
  const adas = Array.from({ length: 45 }, (_, n) => anOrder({ order_id: idOf(n), created_at: placedAt(n) }));
  const others = anOrder({ order_id: idOf(99), customer_id: bob });
  const orders = inMemoryOrders([...adas, others]);
  const list = (query = "", claims: Record<string, string> = { sub: "ada", scope: "orders/read" }) =>
    callRoute(listOrdersRoute({ orders }), { routeKey: "GET /orders", query, claims });

  /** The shape is asserted by the tests that read single answers. */
  const page = async (query = "", claims?: Record<string, string>) =>
    (await list(query, claims)).json as { orders: { order_id: string; customer_id: string }[]; next_cursor?: string };

  it("answers with the caller's newest 20", async () => {
    const { orders: listed, next_cursor } = await page();
    expect(listed.map(({ order_id }) => order_id)).toEqual(Array.from({ length: 20 }, (_, n) => idOf(44 - n)));
    expect(next_cursor).toEqual(expect.any(String));
  });

  it("goes through all pages without a gap, a repeat or an empty last page", async () => {
    const seen: string[] = [];
    const sizes: number[] = [];
    for (let cursor: string | undefined = ""; cursor !== undefined; ) {
      const { orders: listed, next_cursor }: Awaited<ReturnType<typeof page>> = await page(
        `limit=15${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...listed.map(({ order_id }) => order_id));
      sizes.push(listed.length);
      cursor = next_cursor;
    }
    expect(sizes).toEqual([15, 15, 15]);
    expect(seen).toEqual(Array.from({ length: 45 }, (_, n) => idOf(44 - n)));
  });

  it("answers a customer without orders with an empty list and no cursor", async () => {
    expect((await list("", { sub: "eve" })).json).toEqual({ orders: [] });
  });

  it("lets a back end list any customer's orders", async () => {
    expect((await page("customer_id=bob", admins)).orders).toMatchObject([{ order_id: idOf(99), customer_id: "bob" }]);
  });

  it("refuses another customer's list", async () => {
    expect((await list("customer_id=bob")).json).toMatchObject({ status: 403, error: "customer_mismatch" });
  });

  it("refuses a cursor of another customer's list", async () => {
    const { next_cursor } = await page("limit=1");
    expect((await list(`cursor=${next_cursor}&customer_id=bob`, admins)).json).toMatchObject({
      status: 400,
      errors: [{ pointer: "/cursor", detail: "must be the next_cursor of a page of the same customer's orders" }],
    });
  });

  it.each([
    ["limit=0", "/limit", 'must be a whole number from 1 to 100; it is "0"'],
    ["limit=101", "/limit", 'must be a whole number from 1 to 100; it is "101"'],
    ["limit=1.5", "/limit", 'must be a whole number from 1 to 100; it is "1.5"'],
    ["limit=", "/limit", 'must be a whole number from 1 to 100; it is ""'],
    ["limit=10&limit=20", "/limit", "must be a whole number from 1 to 100; it is a list of 2"],
    ["customer_id=", "/customer_id", 'must be text of 1 to 128 printable characters; it is ""'],
    ["cursor=abc", "/cursor", "must be the next_cursor of a page of the same customer's orders"],
    ["sort=asc", "/sort", "is not a known field"],
  ])("refuses ?%s", async (query, pointer, detail) => {
    expect((await list(query)).json).toMatchObject({
      status: 400,
      error: "invalid_request",
      errors: [{ pointer, detail }],
    });
  });

  it("ends a page of very large orders before it outgrows an answer, and goes on after it", async () => {
    const items = Array.from({ length: 100 }, (_, n) => ({ item: `${n}`.padStart(200, "€"), quantity: 1 }));
    const large = Array.from({ length: 100 }, (_, n) => anOrder({ order_id: idOf(n), created_at: placedAt(n), items }));
    const route = listOrdersRoute({ orders: inMemoryOrders(large) });
    const call = { routeKey: "GET /orders", query: "limit=100" };
    const first = (await callRoute(route, call)).json as Awaited<ReturnType<typeof page>>;
    expect(Buffer.byteLength(JSON.stringify(first))).toBeLessThan(3_100_000);
    const query = `limit=100&cursor=${first.next_cursor}`;
    const second = (await callRoute(route, { ...call, query })).json as Awaited<ReturnType<typeof page>>;
    expect(second.orders[0]?.order_id).toBe(idOf(99 - first.orders.length));
    expect(first.orders.length).toBeGreaterThan(40);
    expect(first.orders[0]?.customer_id).toBe(ada);
  });
});
