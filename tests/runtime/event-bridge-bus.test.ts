import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { awsAt, type StubAnswer, type StubRequest, stubService } from "pulumi-local-host/testing/stub-service";
import { describe, expect, it } from "vitest";
import { eventBridgeBus } from "../../runtime/orders/event-bridge-bus";
import { type OrderEvent, orderEventOf } from "../../runtime/orders/order-event";
import { freshOrderId } from "../../runtime/orders/order-id";
import { anOrder, orderId } from "./an-order";

interface Entry {
  readonly DetailType: string;
  readonly Detail: string;
}

/** The adapter sends nothing but PutEvents. */
const entriesOf = ({ json }: StubRequest) => (json as { Entries: readonly Entry[] }).Entries;
const idsOf = (request: StubRequest) => entriesOf(request).map(({ Detail }) => JSON.parse(Detail).event_id);

const accepted = (request: StubRequest): StubAnswer => ({
  status: 200,
  json: { FailedEntryCount: 0, Entries: entriesOf(request).map((_, index) => ({ EventId: `id-${index}` })) },
});
/** Answers 200, as EventBridge does, with the entries for which `fails` holds dropped. */
const dropping = (request: StubRequest, fails: (eventId: string) => boolean): StubAnswer => {
  const Entries = idsOf(request).map((id) =>
    fails(id) ? { ErrorCode: "ThrottlingException", ErrorMessage: "slow down" } : { EventId: `id-${id}` },
  );
  return { status: 200, json: { FailedEntryCount: Entries.filter((entry) => "ErrorCode" in entry).length, Entries } };
};

const eventsOf = (count: number, overrides = {}): OrderEvent[] =>
  Array.from({ length: count }, () => orderEventOf(anOrder({ order_id: freshOrderId(), ...overrides })));
const idOf = ({ detail }: OrderEvent) => detail.event_id;

const publish = async (events: readonly OrderEvent[], answer: Parameters<typeof stubService>[0]) => {
  await using eventBridge = await stubService(answer);
  const bus = eventBridgeBus(new EventBridgeClient(awsAt(eventBridge.url)), "orders-bus", () => Promise.resolve());
  const result = await bus.publish(events);
  return { result, calls: eventBridge.requests };
};

describe("the order event bus on EventBridge", () => {
  it("puts an event with its source, type, time and detail on the bus", async () => {
    const trace = { correlation_id: "request-1", x_ray: "Root=1-5759e988-bd862e3fe1be46a994272793" };
    const event = orderEventOf(anOrder({ trace }));
    const { result, calls } = await publish([event], accepted);
    expect(result).toEqual({ accepted: 1 });
    expect(calls.map(({ json }) => json)).toEqual([
      {
        Entries: [
          {
            EventBusName: "orders-bus",
            Source: "orders",
            DetailType: "OrderPlaced",
            Detail: JSON.stringify(event.detail),
            Time: Date.parse("2026-11-21T09:00:00.000Z") / 1000,
            TraceHeader: "Root=1-5759e988-bd862e3fe1be46a994272793",
          },
        ],
      },
    ]);
  });

  it("makes no call without events", async () => {
    const { result, calls } = await publish([], accepted);
    expect(result).toEqual({ accepted: 0 });
    expect(calls).toEqual([]);
  });

  it("puts at most 10 events into a call", async () => {
    const events = eventsOf(23);
    const { result, calls } = await publish(events, accepted);
    expect(result).toEqual({ accepted: 23 });
    expect(calls.map((call) => entriesOf(call).length)).toEqual([10, 10, 3]);
    expect(calls.flatMap(idsOf)).toEqual(events.map(idOf));
  });

  it("puts at most 256 KB into a call", async () => {
    const items = Array.from({ length: 100 }, () => ({ item: "€".repeat(200), quantity: 1 }));
    const { result, calls } = await publish(eventsOf(9, { items }), accepted);
    expect(result).toEqual({ accepted: 9 });
    expect(calls.map((call) => entriesOf(call).length)).toEqual([4, 4, 1]);
  });

  it("never puts two events of one order into a call", async () => {
    const versions = [1, 2, 3].map((version) => orderEventOf(anOrder({ version })));
    const { calls } = await publish(versions, accepted);
    expect(calls.map(idsOf)).toEqual([[`${orderId}:1`], [`${orderId}:2`], [`${orderId}:3`]]);
  });

  it("tries again exactly the entries that were dropped", async () => {
    const events = eventsOf(3);
    const [first, second, third] = events.map(idOf);
    const { result, calls } = await publish(events, (request, call) =>
      dropping(request, (id) => call === 0 && id === second),
    );
    expect(result).toEqual({ accepted: 3 });
    expect(calls.map(idsOf)).toEqual([[first, second, third], [second]]);
  });

  it("gives up after 4 attempts, reports the first event that was not accepted, and makes no further call", async () => {
    const events = eventsOf(15);
    const stubborn = events.slice(4, 6).map(idOf);
    const { result, calls } = await publish(events, (request) => dropping(request, (id) => stubborn.includes(id)));
    expect(result).toEqual({ accepted: 4, failure: "ThrottlingException" });
    expect(calls.map((call) => entriesOf(call).length)).toEqual([10, 2, 2, 2]);
  });

  it("tries again after a call that failed as a whole", async () => {
    const { result } = await publish(eventsOf(2), (request, call) =>
      call === 0 ? { status: 500, json: { __type: "InternalException", message: "oops" } } : accepted(request),
    );
    expect(result).toEqual({ accepted: 2 });
  });

  it("treats an entry without a result as dropped", async () => {
    const { result } = await publish(eventsOf(2), () => ({ status: 200, json: { FailedEntryCount: 0 } }));
    expect(result).toEqual({ accepted: 0, failure: "NoAnswer" });
  });
});
