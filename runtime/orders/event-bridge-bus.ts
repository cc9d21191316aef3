import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { backoff } from "../aws/backoff";
import { batchesOf } from "../aws/batches-of";
import { type Refusal, sendBatch } from "../aws/send-batch";
import { type OrderEvent, orderEventSource } from "./order-event";
import type { OrderEventBus, PublishedEvents } from "./order-event-bus";

interface PendingEntry {
  readonly index: number;
  readonly orderId: string;
  readonly entry: PutEventsRequestEntry;
}

/**
 * Publishes call after call. A call never contains two events of the same order, since one of them may fail alone and be
 * retried.
 */
export const eventBridgeBus = (client: EventBridgeClient, busName: string, wait = backoff): OrderEventBus => {
  const publish = async (events: readonly OrderEvent[]): Promise<PublishedEvents> => {
    for (const call of callsFor(events.map((event, index) => pendingEntry(event, index, busName)))) {
      const [first] = await sendBatch(call, put, wait);
      if (first !== undefined) return { accepted: first.entry.index, failure: first.reason };
    }
    return { accepted: events.length };
  };

  /** PutEvents answers 200 even for entries that it rejected; each has its result at its index. */
  const put = async (pending: readonly PendingEntry[]): Promise<readonly Refusal<PendingEntry>[]> => {
    const command = new PutEventsCommand({ Entries: pending.map(({ entry }) => entry) });
    try {
      const { Entries = [] } = await client.send(command);
      return pending.flatMap((entry, index) => {
        const answer = Entries[index];
        return answer?.EventId === undefined ? [{ entry, reason: answer?.ErrorCode ?? "NoAnswer" }] : [];
      });
    } catch (error) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      return pending.map((entry) => ({ entry, reason }));
    }
  };

  return { publish };
};

const pendingEntry = ({ type, detail }: OrderEvent, index: number, busName: string): PendingEntry => ({
  index,
  orderId: detail.order.order_id,
  entry: {
    EventBusName: busName,
    Source: orderEventSource,
    DetailType: type,
    Detail: JSON.stringify(detail),
    Time: new Date(detail.occurred_at),
    TraceHeader: detail.trace.x_ray,
  },
});

const callsFor = (pending: readonly PendingEntry[]): readonly (readonly PendingEntry[])[] =>
  batchesOf(pending, {
    sizeOf,
    mayJoin: (call, { orderId }) => call.every((other) => other.orderId !== orderId),
  });

/** As EventBridge counts: 14 bytes for the time, and the texts in UTF-8. */
const sizeOf = ({ entry }: PendingEntry): number =>
  14 + [entry.Source, entry.DetailType, entry.Detail].reduce((sum, part = "") => sum + Buffer.byteLength(part), 0);
