import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { importFileWorker } from "../../runtime/file-import/import-file-handler";
import { fulfilOrderWorker } from "../../runtime/fulfilment/fulfil-order-handler";
import { refundPaymentHandler } from "../../runtime/fulfilment/refund-payment-handler";
import { shipOrderHandler } from "../../runtime/fulfilment/ship-order-handler";
import { takePaymentHandler } from "../../runtime/fulfilment/take-payment-handler";
import { type QueueWorker, queueHandler } from "../../runtime/lambda/queue-handler";
import { streamHandler } from "../../runtime/lambda/stream-handler";
import { notifyWorker } from "../../runtime/notifications/notify-handler";
import { cancelOrderRoute } from "../../runtime/order-api/cancel-order-handler";
import { describeApiHandler } from "../../runtime/order-api/describe-api-handler";
import { getOrderRoute } from "../../runtime/order-api/get-order-handler";
import { listOrdersRoute } from "../../runtime/order-api/list-orders-handler";
import { placeOrderRoute } from "../../runtime/order-api/place-order-handler";
import { customerIdSchema } from "../../runtime/orders/customer-id";
import type { Order } from "../../runtime/orders/order";
import { orderEventOf } from "../../runtime/orders/order-event";
import { freshOrderId } from "../../runtime/orders/order-id";
import { partnerEventOf } from "../../runtime/partners/partner-event";
import { transformOrderEventWorker } from "../../runtime/partners/transform-order-event-handler";
import { reconcileOrdersWorker } from "../../runtime/reconciliation/reconcile-orders-handler";
import { relayOrderEventsWorker } from "../../runtime/relay/relay-order-events-handler";
import { importOrdersWorker } from "../../runtime/topic-intake/import-orders-handler";
import { publishOrderWorker } from "../../runtime/topic-intake/publish-order-handler";
import { ServiceUnavailable } from "../../runtime/values/service-unavailable";
import { anOrder } from "./an-order";
import { apiEvent, lambdaContext } from "./api-event";
import { callRoute } from "./call-route";
import { captureLog } from "./captured-log";
import { inMemoryImport } from "./in-memory-import";
import { inMemoryOrders } from "./in-memory-orders";
import { busEvent, queueEvent, queueRecord } from "./queue-event";
import { streamEvent, streamRecord } from "./stream-event";

const log = captureLog();
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Whatever is personal, or opens a door, has this word in it. */
const canary = /canary/i;

const customer_id = customerIdSchema.parse("canary-customer@example.com");
const items = [{ item: "Canary pills", quantity: 2 }];
const request = { customer_id, items, payment_method: "tok_canary" };

const order = anOrder({ ...request, order_id: freshOrderId(), idempotency_key: "canary-key" });
const rejected: Order = { ...order, status: "REJECTED", version: 2, rejection_reason: "payment_declined" };
const shipped: Order = {
  ...order,
  status: "SHIPPED",
  version: 3,
  payment_reference: "canary-payment",
  shipment_reference: "canary-shipment",
};
const event = (of: Order) => {
  const { type, detail } = orderEventOf(of);
  return partnerEventOf({ "detail-type": type, detail }, "https://api.example.com/orders");
};

const orders = () => inMemoryOrders([order]);
const failing = async (): Promise<never> => {
  throw new ServiceUnavailable("the service did not answer");
};
const clock = { now: () => new Date("2026-11-21T12:00:00.000Z") };
const bus = { publish: async (events: readonly unknown[]) => ({ accepted: events.length }) };
const headers = { authorization: "Bearer canary-token", "idempotency-key": "canary-key" };
const claims = { sub: customer_id, scope: "orders/read orders/write" };
const call = { headers, claims, path: { order_id: order.order_id } };

const receive = (worker: QueueWorker, ...bodies: readonly unknown[]) =>
  queueHandler({ environment: z.object({}), build: () => worker })(
    queueEvent(...bodies.map((body, index) => queueRecord(`m-${index}`, body))),
    lambdaContext,
  );

const task = async (handler: (input: unknown, context: typeof lambdaContext) => Promise<unknown>) => {
  vi.stubEnv("PAYMENT_URL", "simulated");
  vi.stubEnv("SHIPPING_URL", "simulated");
  const input = { order, trace: order.trace };
  await handler({ ...input, payment_method: "tok_canary" }, lambdaContext);
  await handler({ ...input, payment_method: "tok_declined" }, lambdaContext);
  await handler({ ...input, order: { ...order, items: "Canary" } }, lambdaContext).catch(() => undefined);
};

/** What is logged of good and of bad work, by the module of the handler. */
const cases: Readonly<Record<string, () => Promise<unknown>>> = {
  "place-order-handler": async () => {
    const place = placeOrderRoute({ orders: orders(), clock, freshOrderId });
    const broken = placeOrderRoute({ orders: { insert: failing }, clock, freshOrderId });
    const post = (route: typeof place, body: unknown) => callRoute(route, { ...call, routeKey: "POST /orders", body });
    await post(place, request);
    await post(place, request);
    await post(place, { ...request, items: [{ item: "Canary", quantity: 9 }] });
    await post(place, { ...request, canary: true, customer_id: "another-canary" });
    await post(place, '{"canary');
    await post(broken, request);
  },
  "get-order-handler": async () => {
    const routeKey = "GET /orders/{order_id}";
    await callRoute(getOrderRoute({ orders: orders() }), { ...call, routeKey });
    await callRoute(getOrderRoute({ orders: orders() }), { ...call, routeKey, path: { order_id: "canary" } });
    await callRoute(getOrderRoute({ orders: { find: failing } }), { ...call, routeKey });
  },
  "list-orders-handler": async () => {
    const list = listOrdersRoute({ orders: orders() });
    await callRoute(list, { ...call, routeKey: "GET /orders" });
    await callRoute(list, { ...call, routeKey: "GET /orders", query: "customer_id=other-canary&cursor=canary" });
  },
  "cancel-order-handler": async () => {
    const routeKey = "POST /orders/{order_id}/cancellation";
    await callRoute(cancelOrderRoute({ orders: orders(), clock }), { ...call, routeKey });
    await callRoute(cancelOrderRoute({ orders: inMemoryOrders([shipped]), clock }), { ...call, routeKey });
  },
  "describe-api-handler": async () => {
    await describeApiHandler(apiEvent({ routeKey: "GET /health", headers, claims: null }), lambdaContext);
    await describeApiHandler(apiEvent({ routeKey: "GET /nothing", headers, claims: null }), lambdaContext);
  },
  "import-orders-handler": async () => {
    const ports = { orders: orders(), clock, freshOrderId, rejected: { keep: async () => undefined } };
    const created = { type: "OrderCreated", id: "canary-key", data: request };
    const wrong = { ...created, data: { ...request, items: [{ item: "Canary", quantity: 0 }] } };
    await receive(importOrdersWorker(ports), created, created, wrong, "canary", { ...created, type: "canary" });
    await receive(importOrdersWorker({ ...ports, orders: { insert: failing } }), created);
  },
  "import-file-handler": async () => {
    const lease = async () => ({ giveBack: async () => undefined, [Symbol.asyncDispose]: async () => undefined });
    const content = Buffer.from("customer_id,item,quantity\ncanary,Canary,1\ncanary,Canary,zero\n");
    const read = async function* () {
      yield content;
    };
    const { ports } = inMemoryImport();
    const files = { ...ports.files, open: async () => ({ bytes: content.byteLength, metadata: {}, read }) };
    const records = { Records: [{ s3: { object: { key: "incoming/orders.csv", versionId: "version-1" } } }] };
    await receive(importFileWorker({ ...ports, files, lease }), records, "canary");
    await receive(importFileWorker({ ...ports, files, lease, inbox: { send: failing } }), records);
  },
  "publish-order-handler": async () => {
    const publish = publishOrderWorker({ topic: { send: async () => undefined } });
    await publish({ orders: 2, order: request }, { awsRequestId: "run-1" });
  },
  "relay-order-events-handler": async () => {
    const broken = streamRecord(3, undefined, order);
    const image = { ...broken, dynamodb: { ...broken.dynamodb, NewImage: { customer_id: { S: "canary" } } } };
    const relay = streamHandler({ environment: z.object({}), build: () => relayOrderEventsWorker({ bus }) });
    await relay(streamEvent(streamRecord(1, undefined, order), streamRecord(2, order, shipped), image), lambdaContext);
  },
  "fulfil-order-handler": async () => {
    const placed = busEvent(orderEventOf(order));
    const wrong = { ...placed, detail: { ...placed.detail, order: { ...order, items: "Canary" } } };
    await receive(fulfilOrderWorker({ workflow: { run: async () => ({ kind: "succeeded" }) } }), placed, wrong);
    await receive(fulfilOrderWorker({ workflow: { run: failing } }), placed);
  },
  "take-payment-handler": () => task(takePaymentHandler),
  "ship-order-handler": () => task(shipOrderHandler),
  "refund-payment-handler": () => task(refundPaymentHandler),
  "transform-order-event-handler": async () => {
    const source = "https://api.example.com/orders";
    const body = busEvent(orderEventOf(shipped));
    await receive(transformOrderEventWorker({ topic: { publish: async () => undefined }, source }), body, "canary");
    await receive(transformOrderEventWorker({ topic: { publish: failing }, source }), body);
  },
  "notify-handler": async () => {
    await receive(notifyWorker({ channel: { post: async () => undefined } }), event(rejected), { canary: true });
    await receive(notifyWorker({ channel: { post: failing } }), event(rejected));
  },
  "reconcile-orders-handler": async () => {
    const { order_id, created_at } = order;
    const openOrders = { placedBefore: async () => [{ order_id, created_at }] };
    const gauges = { publish: async () => undefined };
    const work = reconcileOrdersWorker(
      { openOrders, orders: orders(), bus, gauges, clock },
      { limitMinutes: 179, everyMinutes: 5 },
    );
    await work();
  },
};

describe("what the functions log", () => {
  it("is looked at for every handler that there is", () => {
    const handlers = globSync("runtime/*/*-handler.ts", { cwd: join(__dirname, "../..") })
      .filter((file) => !file.startsWith("runtime/lambda/"))
      .map((file) => basename(file, ".ts"));
    expect(Object.keys(cases).sort()).toEqual(handlers.sort());
  });

  it.each(Object.entries(cases))("has nothing personal, no token and no reference in it: %s", async (name, work) => {
    await work();
    // Reading an order well is in the access log alone.
    if (name !== "describe-api-handler") expect(log.lines().length).toBeGreaterThan(0);
    expect(log.text()).not.toMatch(canary);
  });
});
