import fc from "fast-check";
import { beforeEach, expect, it } from "vitest";
import type { Order } from "../../runtime/orders/order";
import { freshOrderId, orderIdSchema } from "../../runtime/orders/order-id";
import { orderStatuses } from "../../runtime/orders/order-status";
import type { Orders } from "../../runtime/orders/orders";
import { canChange, isTerminal, type OrderChange } from "../../runtime/orders/transitions";
import { ada, anOrder, bob, orderId } from "./an-order";

const at = new Date("2026-11-21T10:00:00.000Z");

const changes: readonly OrderChange[] = [
  { to: "PAID", payment_reference: "pay-1" },
  { to: "SHIPPED", shipment_reference: "ship-1" },
  { to: "REJECTED", rejection_reason: "payment_declined" },
  { to: "CANCELLED" },
];

/** What every implementation of the port keeps: the table's adapter and the one in memory that other tests run on. */
export const ordersContract = (emptyOrders: () => Promise<Orders>): void => {
  let orders: Orders;
  beforeEach(async () => {
    orders = await emptyOrders();
  });

  it("keeps an order as it was inserted", async () => {
    const order = anOrder({ idempotency_key: "key-1", payment_method: undefined });
    expect(await orders.insert(order)).toBeUndefined();
    expect(await orders.find(orderId)).toEqual(order);
  });

  it("finds nothing under an id it does not have", async () => {
    expect(await orders.find(freshOrderId())).toBeUndefined();
  });

  it("gives back the stored order, unchanged, when its id is inserted again", async () => {
    await orders.insert(anOrder());
    expect(await orders.insert(anOrder({ fingerprint: "other" }))).toEqual(anOrder());
    expect(await orders.find(orderId)).toEqual(anOrder());
  });

  it("inserts an id once, however many try at the same time", async () => {
    const results = await Promise.all(Array.from({ length: 20 }, () => orders.insert(anOrder())));
    expect(results.filter((existing) => existing === undefined)).toHaveLength(1);
  });

  it.each(orderStatuses.flatMap((status) => changes.map((change) => ({ status, change, to: change.to }))))(
    "takes an order that is $status to $to only along an edge",
    async ({ status, change }) => {
      const order = anOrder({ status, version: 2 });
      await orders.insert(order);
      const { to, ...known } = change;
      const changed: Order = { ...order, ...known, status: to, version: 3, updated_at: at.toISOString() };
      const expected = canChange(status, to)
        ? { kind: "changed", order: changed }
        : { kind: status === to ? "repeated" : "refused", order };
      expect(await orders.change(orderId, change, at)).toEqual(expected);
      expect(await orders.find(orderId)).toEqual(expected.order);
    },
  );

  it("keeps to the edges in any sequence of changes, counts each in the version, and stops at a terminal status", async () => {
    const sequences = fc.array(fc.constantFrom(...changes), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        let order = anOrder({ order_id: freshOrderId() });
        await orders.insert(order);
        for (const change of sequence) {
          const result = await orders.change(order.order_id, change, at);
          const moves = canChange(order.status, change.to);
          expect(result.kind).toBe(moves ? "changed" : order.status === change.to ? "repeated" : "refused");
          expect(result.order.version).toBe(order.version + (moves ? 1 : 0));
          if (isTerminal(order.status)) expect(result.order).toEqual(order);
          order = result.order;
        }
      }),
      { numRuns: 25 },
    );
  });

  it("lets one of two opposing changes win", async () => {
    await orders.insert(anOrder());
    const [paid, cancelled] = await Promise.all([
      orders.change(orderId, { to: "PAID", payment_reference: "pay-1" }, at),
      orders.change(orderId, { to: "CANCELLED" }, at),
    ]);
    expect([paid.kind, cancelled.kind].sort()).toEqual(["changed", "refused"]);
    expect((await orders.find(orderId))?.version).toBe(2);
  });

  it("rejects a change of an order that does not exist, and makes none", async () => {
    await expect(orders.change(orderId, { to: "CANCELLED" }, at)).rejects.toThrow();
    expect(await orders.find(orderId)).toBeUndefined();
  });

  it("pages through one customer's orders, newest first", async () => {
    const ids = Array.from({ length: 5 }, (_, n) => orderIdSchema.parse(`0191f5a2-7c3b-7d1e-8a4f-00000000000${n}`));
    for (const [n, order_id] of ids.entries()) {
      await orders.insert(anOrder({ order_id, created_at: new Date(Date.UTC(2026, 10, 21, 9, 0, n)).toISOString() }));
    }
    await orders.insert(anOrder({ order_id: freshOrderId(), customer_id: bob }));

    const first = await orders.page({ customer_id: ada, limit: 3 });
    expect(first.orders.map(({ order_id }) => order_id)).toEqual([ids[4], ids[3], ids[2]]);
    const second = await orders.page({ customer_id: ada, limit: 3, after: first.next });
    expect(second.orders.map(({ order_id }) => order_id)).toEqual([ids[1], ids[0]]);
    expect(second.next).toBeUndefined();
    expect((await orders.page({ customer_id: ada, limit: 5 })).next).toBeUndefined();
  });

  it("has an empty page for a customer without orders", async () => {
    expect(await orders.page({ customer_id: ada, limit: 3 })).toEqual({ orders: [], next: undefined });
  });
};
