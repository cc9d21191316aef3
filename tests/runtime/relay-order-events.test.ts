import type { DynamoDBRecord } from "aws-lambda";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { streamHandler } from "../../runtime/lambda/stream-handler";
import type { OrderEvent } from "../../runtime/orders/order-event";
import type { OrderEventBus } from "../../runtime/orders/order-event-bus";
import { freshOrderId } from "../../runtime/orders/order-id";
import { relayOrderEventsHandler, relayOrderEventsWorker } from "../../runtime/relay/relay-order-events-handler";
import { anOrder, orderId } from "./an-order";
import { lambdaContext } from "./api-event";
import { captureLog } from "./captured-log";
import { streamEvent, streamRecord } from "./stream-event";

const log = captureLog();
const placed = anOrder();
const paid = anOrder({
  status: "PAID",
  version: 2,
  updated_at: "2026-11-21T09:00:01.000Z",
  payment_reference: "pay-1",
});
const other = anOrder({ order_id: freshOrderId() });

const busThatAccepts = (count = Number.POSITIVE_INFINITY) => {
  const published: OrderEvent[] = [];
  const bus: OrderEventBus = {
    publish: async (events) => {
      published.push(...events.slice(0, count));
      return events.length <= count ? { accepted: events.length } : { accepted: count, failure: "ThrottlingException" };
    },
  };
  return { bus, published };
};
const relay = (bus: OrderEventBus, ...records: readonly DynamoDBRecord[]) =>
  streamHandler({ environment: z.object({}), build: () => relayOrderEventsWorker({ bus }) })(
    streamEvent(...records),
    lambdaContext,
  );

describe("relaying the orders table's stream", () => {
  it("publishes an event for an order placed and one for each change of status, in order", async () => {
    const { bus, published } = busThatAccepts();
    const result = await relay(bus, streamRecord(1, undefined, placed), streamRecord(2, placed, paid));
    expect(result).toEqual({ batchItemFailures: [] });
    expect(published.map(({ type, detail }) => [type, detail.event_id])).toEqual([
      ["OrderPlaced", `${orderId}:1`],
      ["OrderPaid", `${orderId}:2`],
    ]);
    expect(log.lines()).toContainEqual(
      expect.objectContaining({ message: "events relayed", event_ids: [`${orderId}:1`, `${orderId}:2`] }),
    );
  });

  it("publishes nothing for a write without a change of status, nor for a removal", async () => {
    const { bus, published } = busThatAccepts();
    const noted = { ...placed, trace: { correlation_id: "request-2" } };
    await relay(
      bus,
      streamRecord(1, placed, noted),
      streamRecord(2, placed, placed),
      streamRecord(3, placed, undefined),
    );
    expect(published).toEqual([]);
    expect(log.lines()).toEqual([]);
  });

  it("reports the first record that the bus did not accept, so that the stream continues from there", async () => {
    const { bus } = busThatAccepts(1);
    const noted = { ...placed, trace: { correlation_id: "request-2" } };
    const result = await relay(
      bus,
      streamRecord(1, undefined, placed),
      streamRecord(2, placed, noted),
      streamRecord(3, undefined, other),
      streamRecord(4, placed, paid),
    );
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: "103" }] });
    expect(log.lines()).toEqual([
      expect.objectContaining({ level: "info", message: "events relayed", event_ids: [`${orderId}:1`] }),
      expect.objectContaining({
        level: "error",
        message: "event not relayed",
        order_id: other.order_id,
        stream_record: "event-3",
        reason: "ThrottlingException",
      }),
    ]);
    expect(log.counted("WorkFailed", { Step: "relay-order-events" })).toEqual([1]);
  });

  it("stops at a record that is not an order, after relaying those before it", async () => {
    const { bus, published } = busThatAccepts();
    const broken = streamRecord(2, placed, paid);
    const unreadable = { ...broken, dynamodb: { ...broken.dynamodb, NewImage: { order_id: { S: orderId } } } };
    const result = await relay(bus, streamRecord(1, undefined, placed), unreadable, streamRecord(3, undefined, other));
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: "102" }] });
    expect(published.map(({ type }) => type)).toEqual(["OrderPlaced"]);
    expect(log.lines()).toContainEqual(
      expect.objectContaining({ order_id: orderId, reason: "the record's image is not an order" }),
    );
  });

  it("reports the bus's failure rather than a later unreadable record", async () => {
    const { bus } = busThatAccepts(0);
    const broken = streamRecord(2, placed, paid);
    const unreadable = { ...broken, dynamodb: { ...broken.dynamodb, NewImage: { order_id: { S: orderId } } } };
    expect(await relay(bus, streamRecord(1, undefined, placed), unreadable)).toEqual({
      batchItemFailures: [{ itemIdentifier: "101" }],
    });
  });

  it("counts an order when it ends, and the seconds from its acceptance to its shipment", async () => {
    const ended = (status: "SHIPPED" | "REJECTED" | "CANCELLED", seconds: number) => {
      const before = anOrder({ order_id: freshOrderId() });
      const updated_at = new Date(Date.parse(before.created_at) + seconds * 1_000).toISOString();
      return streamRecord(seconds, before, { ...before, status, version: 2, updated_at });
    };
    await relay(
      busThatAccepts().bus,
      streamRecord(1, undefined, placed),
      streamRecord(2, placed, paid),
      ended("SHIPPED", 3),
      ended("REJECTED", 4),
      ended("SHIPPED", 5.25),
      ended("CANCELLED", 6),
    );
    expect(log.counted("OrdersProcessed")).toEqual([4]);
    expect(log.counted("OrdersShipped")).toEqual([2]);
    expect(log.counted("TimeToShip")).toEqual([[3, 5.25]]);
    expect(log.counted("OrdersRejected")).toEqual([1]);
    expect(log.counted("OrdersCancelled")).toEqual([1]);
  });

  it("counts nothing of orders that are still open, and an end only once the bus has its event", async () => {
    const shipped = { ...paid, status: "SHIPPED", version: 3 } as const;
    await relay(busThatAccepts(1).bus, streamRecord(1, undefined, other), streamRecord(2, paid, shipped));
    expect(log.counted("OrdersProcessed")).toEqual([]);
    await relay(busThatAccepts().bus, streamRecord(2, paid, shipped));
    expect(log.counted("OrdersProcessed")).toEqual([1]);
    expect(log.counted("OrdersShipped")).toEqual([1]);
  });

  it("logs nothing personal", async () => {
    await relay(busThatAccepts(1).bus, streamRecord(1, undefined, placed), streamRecord(2, placed, paid));
    expect(log.text()).not.toMatch(/ada|Widget|tok_visa|pay-1/);
  });

  it("needs the bus's name", () => {
    expect(Object.keys(relayOrderEventsHandler.environment.shape)).toEqual(["EVENT_BUS_NAME"]);
  });
});
