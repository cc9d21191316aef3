import { describe, expect, it } from "vitest";
import type { Order } from "../../runtime/orders/order";
import { type OrderEvent, orderEventOf } from "../../runtime/orders/order-event";
import { freshOrderId } from "../../runtime/orders/order-id";
import { isTerminal } from "../../runtime/orders/transitions";
import type { OpenOrderMeasures } from "../../runtime/reconciliation/open-order-gauges";
import { reconcileOrdersHandler, reconcileOrdersWorker } from "../../runtime/reconciliation/reconcile-orders-handler";
import { anOrder } from "./an-order";
import { captureLog } from "./captured-log";
import { inMemoryOrders } from "./in-memory-orders";

const log = captureLog();
const now = new Date("2026-11-21T12:00:00.000Z");

/** An order that was placed so many seconds more than an hour ago, which is the limit. */
const late = (seconds: number, more: Partial<Order> = {}): Order => {
  const created_at = new Date(now.getTime() - (3_600 + seconds) * 1_000).toISOString();
  return anOrder({ order_id: freshOrderId(), created_at, updated_at: created_at, ...more });
};

const paid = {
  status: "PAID",
  version: 2,
  payment_reference: "pay-1",
  updated_at: "2026-11-21T11:00:00.000Z",
} as const;

interface World {
  readonly orders: readonly Order[];
  /** Events that the bus accepts. */
  readonly accepts?: number;
  readonly gaugesFail?: true;
  /** What has become of the orders when they are read. */
  readonly become?: Partial<Order>;
}

const run = async ({ orders, accepts = Number.POSITIVE_INFINITY, gaugesFail, become = {} }: World) => {
  const published: OrderEvent[] = [];
  const measured: OpenOrderMeasures[] = [];
  const reads: number[] = [];
  const table = inMemoryOrders(orders.map((order) => ({ ...order, ...become })));
  const work = reconcileOrdersWorker(
    {
      openOrders: {
        placedBefore: async (moment) =>
          orders.filter(({ created_at, status }) => !isTerminal(status) && created_at < moment.toISOString()),
      },
      orders: {
        findAll: (ids) => {
          reads.push(ids.length);
          return table.findAll(ids);
        },
      },
      bus: {
        publish: async (events) => {
          const taken = events.slice(0, accepts);
          published.push(...taken);
          return taken.length === events.length
            ? { accepted: taken.length }
            : { accepted: accepts, failure: "Throttled" };
        },
      },
      gauges: {
        publish: async (measures) => {
          if (gaugesFail) throw new Error("CloudWatch is down");
          measured.push(measures);
        },
      },
      clock: { now: () => now },
    },
    { limitMinutes: 60, everyMinutes: 5 },
  );
  const answer = await work().catch((error: unknown) => String(error));
  return { answer, published, measured, reads };
};

describe("reconcile-orders", () => {
  it("leaves orders alone that are open for no longer than the limit, and measures that there are no others", async () => {
    const { answer, published, measured, reads } = await run({ orders: [late(0), late(-1, paid)] });
    expect(answer).toEqual({ found: 0, events: 0, left: 0 });
    expect(published).toEqual([]);
    expect(reads).toEqual([]);
    expect(measured).toEqual([{ OpenOrdersBeyondLimit: 0, OldestOpenOrderAge: 0, OpenOrdersLeft: 0 }]);
  });

  it("tells the bus of an order that is PENDING for too long, with the event that the relay made of it", async () => {
    const order = late(1);
    const { published, measured } = await run({ orders: [order] });
    expect(published).toEqual([orderEventOf(order)]);
    expect(published[0]?.detail.event_id).toBe(`${order.order_id}:1`);
    expect(measured).toEqual([{ OpenOrdersBeyondLimit: 1, OldestOpenOrderAge: 3_601, OpenOrdersLeft: 0 }]);
    expect(log.counted("OrdersSetGoing")).toEqual([1]);
  });

  it("tells of a PAID one as it was when it was placed, which fulfilment begins with, and as it is", async () => {
    const placed = late(1);
    const { published } = await run({ orders: [{ ...placed, ...paid }] });
    expect(published).toEqual([orderEventOf(placed), orderEventOf({ ...placed, ...paid })]);
    expect(published.map(({ type }) => type)).toEqual(["OrderPlaced", "OrderPaid"]);
  });

  it("publishes the same events in each of three runs, and then leaves the order to a person", async () => {
    const order = late(0);
    const inRun = async (number: number) => {
      const aged = { ...order, created_at: late((number - 1) * 300 + 1).created_at };
      return (await run({ orders: [aged] })).published.map(({ detail }) => detail.event_id);
    };
    const id = `${order.order_id}:1`;
    expect([await inRun(1), await inRun(2), await inRun(3), await inRun(4)]).toEqual([[id], [id], [id], []]);
  });

  it("names the orders that it leaves, oldest first, and counts them for the alarm", async () => {
    const orders = [late(10), late(1_000), late(9_000, paid)];
    const { answer, published, measured } = await run({ orders });
    expect(answer).toEqual({ found: 3, events: 1, left: 2 });
    expect(published.map(({ detail }) => detail.order.order_id)).toEqual([orders[0]?.order_id]);
    expect(measured).toEqual([{ OpenOrdersBeyondLimit: 3, OldestOpenOrderAge: 12_600, OpenOrdersLeft: 2 }]);
    expect(log.lines()).toContainEqual(
      expect.objectContaining({
        level: "error",
        message: "orders need attention",
        left: 2,
        order_ids: [orders[2]?.order_id, orders[1]?.order_id],
      }),
    );
  });

  it("tells of no order that has ended since the index was written", async () => {
    expect((await run({ orders: [late(1)], become: { status: "SHIPPED", version: 3 } })).published).toEqual([]);
  });

  it("reads a hundred orders at a time", async () => {
    const { answer, reads } = await run({ orders: Array.from({ length: 203 }, () => late(1)) });
    expect(answer).toEqual({ found: 203, events: 203, left: 0 });
    expect(reads).toEqual([100, 100, 3]);
  });

  it("fails when the bus does not take an event, after it has logged those that it took", async () => {
    const orders = [late(3), late(2), late(1)];
    const { answer, measured } = await run({ orders, accepts: 2 });
    expect(answer).toBe("Error: the bus did not accept all events: Throttled");
    expect(measured).toHaveLength(1);
    expect(log.lines()).toEqual([
      expect.objectContaining({
        message: "orders restarted",
        event_ids: orders.slice(0, 2).map(({ order_id }) => `${order_id}:1`),
      }),
    ]);
  });

  it("sets orders going although they cannot be measured, and fails all the same", async () => {
    const { answer, published } = await run({ orders: [late(1)], gaugesFail: true });
    expect(published).toHaveLength(1);
    expect(answer).toBe("Error: CloudWatch is down");
  });

  it("logs nothing personal", async () => {
    await run({ orders: [late(1), late(9_000, paid)] });
    expect(log.text()).not.toMatch(/ada|Widget|tok_visa|pay-1/);
  });

  it("needs the table, the bus, the limit and how often it runs", () => {
    expect(Object.keys(reconcileOrdersHandler.environment.shape)).toEqual([
      "ORDERS_TABLE",
      "EVENT_BUS_NAME",
      "LIMIT_MINUTES",
      "EVERY_MINUTES",
    ]);
  });
});
