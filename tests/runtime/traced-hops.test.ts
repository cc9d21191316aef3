import type { SQSRecord } from "aws-lambda";
import { describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { rowSampling } from "../../runtime/file-import/row-sampling";
import { tracedInbox } from "../../runtime/file-import/traced-inbox";
import { fulfilOrderWorker } from "../../runtime/fulfilment/fulfil-order-handler";
import type { Inbox } from "../../runtime/inbox/inbox";
import { orderCreated } from "../../runtime/inbox/order-created";
import { type QueueWorker, queueHandler } from "../../runtime/lambda/queue-handler";
import { streamHandler } from "../../runtime/lambda/stream-handler";
import { notifyWorker } from "../../runtime/notifications/notify-handler";
import { placeOrderRoute } from "../../runtime/order-api/place-order-handler";
import { type OrderEvent, orderEventOf } from "../../runtime/orders/order-event";
import { freshOrderId, keyedOrderId } from "../../runtime/orders/order-id";
import type { PartnerEvent } from "../../runtime/partners/partner-event";
import { transformOrderEventWorker } from "../../runtime/partners/transform-order-event-handler";
import { relayOrderEventsWorker } from "../../runtime/relay/relay-order-events-handler";
import { importOrdersWorker } from "../../runtime/topic-intake/import-orders-handler";
import { headerOfTraceparent } from "../../runtime/values/trace-context";
import { ada, anOrder, orderId } from "./an-order";
import { lambdaContext } from "./api-event";
import { callRoute } from "./call-route";
import { captureLog } from "./captured-log";
import { inMemoryOrders } from "./in-memory-orders";
import { busEvent, queueEvent, queueRecord } from "./queue-event";
import { streamEvent, streamRecord } from "./stream-event";
import { invocation, traceDaemon } from "./trace-daemon-stand-in";

const log = captureLog();
const daemon = traceDaemon();

const root = "1-6afd2b40-0123456789abcdef01234567";
const parent = "aaaaaaaaaaaaaaaa";
const header = `Root=${root};Parent=${parent};Sampled=1`;
const unsampled = header.replace("Sampled=1", "Sampled=0");
const link = [invocation].map(({ trace_id, id }) => ({ trace_id, id }));
const below = (segment: { readonly id: string; readonly trace_id: string } | undefined) =>
  `Root=${segment?.trace_id};Parent=${segment?.id};Sampled=1`;

const orderInTrace = (x_ray: string, overrides = {}) =>
  anOrder({ trace: { correlation_id: "request-1", x_ray }, ...overrides });
const receive = (worker: QueueWorker, ...records: readonly SQSRecord[]) =>
  queueHandler({ environment: z.object({}), build: () => worker })(queueEvent(...records), lambdaContext);

describe("place-order", () => {
  const orders = inMemoryOrders();
  const clock = { now: () => new Date("2026-11-21T09:00:00.000Z") };
  const post = () =>
    callRoute(placeOrderRoute({ orders, clock, freshOrderId: () => orderId }), {
      routeKey: "POST /orders",
      body: { customer_id: "ada", items: [{ item: "Widget", quantity: 2 }] },
      headers: { "idempotency-key": "key-1" },
    });

  it("is a part of its invocation, and what comes of the order hangs below it", async () => {
    await post();
    const [segment] = await daemon.sent(1);
    const order_id = keyedOrderId(ada, "key-1");
    expect(segment).toMatchObject({
      name: "place-order",
      type: "subsegment",
      trace_id: invocation.trace_id,
      parent_id: invocation.id,
      annotations: { order_id },
    });
    expect(segment).not.toHaveProperty("links");
    expect(orders.stored.get(order_id)?.trace.x_ray).toBe(below(segment));
  });

  it("that answers a repeat is not found by the order, whose trace is another", async () => {
    await post();
    expect((await daemon.sent(1))[0]?.annotations).toEqual({});
  });
});

describe("relay-order-events", () => {
  const relay = async (accepted: number, ...orders: readonly ReturnType<typeof anOrder>[]) => {
    const published: OrderEvent[] = [];
    const bus = {
      publish: async (events: readonly OrderEvent[]) => {
        published.push(...events);
        return accepted < events.length ? { accepted, failure: "Throttled" } : { accepted: events.length };
      },
    };
    const records = orders.map((order, index) => streamRecord(index, undefined, order));
    await streamHandler({ environment: z.object({}), build: () => relayOrderEventsWorker({ bus }) })(
      streamEvent(...records),
      lambdaContext,
    );
    return published.map(({ detail }) => detail.trace.x_ray);
  };

  it("is a part of each order's own trace, linked to the invocation's, and its events hang below it", async () => {
    const other = "1-6afd2b40-fedcba9876543210fedcba98";
    const headers = await relay(
      2,
      orderInTrace(header),
      orderInTrace(header.replace(root, other), { order_id: freshOrderId() }),
    );
    const segments = await daemon.sent(2);
    expect(segments).toMatchObject([
      {
        name: "relay-order-events",
        trace_id: root,
        parent_id: parent,
        links: link,
        annotations: { order_id: orderId },
      },
      { name: "relay-order-events", trace_id: other, parent_id: parent, links: link },
    ]);
    expect(headers).toEqual(segments.map(below));
    expect(segments[0]).toMatchObject({
      metadata: {
        default: { event_id: `${orderId}:1`, event_type: "OrderPlaced", "messaging.operation.type": "send" },
      },
    });
  });

  it("failed where the bus did not accept the event, and tells nothing of those behind it", async () => {
    const others = [freshOrderId(), freshOrderId()].map((order_id) => orderInTrace(header, { order_id }));
    await relay(1, orderInTrace(header), ...others);
    expect((await daemon.sent(2)).map(({ fault }) => fault)).toEqual([undefined, true]);
    await new Promise(setImmediate);
    expect(daemon.segments()).toHaveLength(2);
  });
});

describe("fulfil-order", () => {
  const fulfil = async (x_ray: string, outcome: "succeeded" | "failed") => {
    const inputs: (string | undefined)[] = [];
    const worker = fulfilOrderWorker({
      workflow: {
        run: async (_name, { trace }) => {
          inputs.push(trace.x_ray);
          return outcome === "succeeded" ? { kind: outcome } : { kind: outcome, error: "Timeout" };
        },
      },
    });
    await receive(worker, queueRecord("m-1", busEvent(orderEventOf(orderInTrace(x_ray)))));
    return inputs;
  };

  it("hangs below the relay, and the workflow below it; its line of log has the order's trace", async () => {
    const [x_ray] = await fulfil(header, "succeeded");
    const [segment] = await daemon.sent(1);
    expect(segment).toMatchObject({
      name: "fulfil-order",
      trace_id: root,
      parent_id: parent,
      links: link,
      annotations: { order_id: orderId },
      metadata: {
        default: {
          event_id: `${orderId}:1`,
          "messaging.system": "aws_sqs",
          "messaging.operation.type": "process",
          "messaging.message.id": "m-1",
          attempt: 1,
        },
      },
    });
    expect(segment).not.toHaveProperty("fault");
    expect(x_ray).toBe(below(segment));
    expect(log.lines()).toMatchObject([{ message: "order fulfilled", trace_id: root, attempt: 1 }]);
  });

  it("says that it failed", async () => {
    await fulfil(header, "failed");
    expect((await daemon.sent(1))[0]).toMatchObject({ fault: true });
  });

  it("passes on the trace of an order that is not sampled, and tells nobody", async () => {
    expect(await fulfil(unsampled, "succeeded")).toEqual([unsampled]);
    expect(log.lines()).toMatchObject([{ trace_id: root }]);
    await new Promise(setImmediate);
    expect(daemon.segments()).toEqual([]);
  });

  it("works without a daemon", async () => {
    vi.stubEnv("AWS_XRAY_DAEMON_ADDRESS", undefined);
    expect(await fulfil(header, "succeeded")).toEqual([header]);
  });

  it.each(["nonsense", "127.0.0.1:99999999", "127.0.0.1:1"])("works with a daemon at %s", async (address) => {
    vi.stubEnv("AWS_XRAY_DAEMON_ADDRESS", address);
    expect(await fulfil(header, "succeeded")).toHaveLength(1);
    expect(log.lines()).toMatchObject([{ message: "order fulfilled" }]);
  });
});

describe("transform-order-event and notify", () => {
  it("hang below each other by the event's traceparent", async () => {
    const published: PartnerEvent[] = [];
    const topic = { publish: async (event: PartnerEvent) => void published.push(event) };
    const rejected = { status: "REJECTED", version: 2, rejection_reason: "payment_declined" };
    const event = busEvent(orderEventOf(orderInTrace(header, rejected)));
    await receive(
      transformOrderEventWorker({ topic, source: "https://api.example.com/orders" }),
      queueRecord("m-1", event),
    );
    const [transformed] = await daemon.sent(1);
    expect(transformed).toMatchObject({ name: "transform-order-event", trace_id: root, parent_id: parent });
    expect(published[0]?.traceparent).toBe(`00-${root.slice(2).replace("-", "")}-${transformed?.id}-01`);
    expect(headerOfTraceparent(published[0]?.traceparent)).toBe(below(transformed));

    await receive(notifyWorker({ channel: { post: async () => undefined } }), queueRecord("m-2", published[0]));
    expect((await daemon.sent(2))[1]).toMatchObject({
      name: "notify",
      trace_id: root,
      parent_id: transformed?.id,
      annotations: { order_id: orderId },
    });
  });
});

describe("an order that comes in by the inbox", () => {
  const data = { customer_id: ada, items: [{ item: "Pen", quantity: 2 }] };

  const placed = async (source: string, id: string, x_ray: string) => {
    const orders = inMemoryOrders();
    const worker = importOrdersWorker({
      orders,
      clock: { now: () => new Date() },
      freshOrderId,
      rejected: { keep: async () => undefined },
    });
    const record = queueRecord("m-1", orderCreated(id, source, data));
    await receive(worker, { ...record, attributes: { ...record.attributes, AWSTraceHeader: x_ray } });
    return orders.stored.get(keyedOrderId(ada, id))?.trace.x_ray;
  };

  it("by a topic begins a trace of its own, linked to the invocation's and its sender's", async () => {
    const x_ray = await placed("shop", "event-1", header);
    const [segment] = await daemon.sent(1);
    expect(segment).toMatchObject({
      name: "import-orders",
      links: [...link, { trace_id: root, id: parent }],
      annotations: { order_id: keyedOrderId(ada, "event-1") },
    });
    expect([root, invocation.trace_id]).not.toContain(segment?.trace_id);
    expect(segment).not.toHaveProperty("parent_id");
    expect(segment).not.toHaveProperty("type");
    expect(x_ray).toBe(below(segment));
  });

  it("by a file has the trace of its row, which begins with the import of the file", async () => {
    const sent: (string | undefined)[] = [];
    const inbox: Inbox = { send: async (_orders, headers = []) => void sent.push(...headers) };
    const rows = ["import-1:a", "import-1:b"].map((id) => orderCreated(id, "import-file", data));
    await tracedInbox(inbox, vi.fn().mockReturnValueOnce(true).mockReturnValue(false)).send(rows);
    const [imported] = await daemon.sent(1);
    expect(imported).toMatchObject({
      name: "import-file",
      links: link,
      annotations: { order_id: keyedOrderId(ada, "import-1:a") },
    });
    expect(sent).toEqual([below(imported), expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Sampled=0$/)]);

    const x_ray = await placed("import-file", "import-1:a", sent[0] ?? "");
    const [, segment] = await daemon.sent(2);
    expect(segment).toMatchObject({ trace_id: imported?.trace_id, parent_id: imported?.id });
    expect(x_ray).toBe(below(segment));
  });

  it("by a large file is traced in the first 25 rows of a second, and in 5 % of the others", () => {
    let time = 1_000_000;
    const sampled = rowSampling({ now: () => new Date(time) });
    const count = (rows: number) => Array.from({ length: rows }, sampled).filter(Boolean).length;
    expect(count(25)).toBe(25);
    expect(count(175)).toBe(9);
    time += 1_000;
    expect(count(3)).toBe(3);
  });
});
