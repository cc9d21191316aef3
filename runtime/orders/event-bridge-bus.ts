import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { backoff } from "../aws/backoff";
import { type OrderEvent, orderEventSource } from "./order-event";
import type { OrderEventBus, PublishedEvents } from "./order-event-bus";

/** Limits of one PutEvents call. */
const maxEntries = 10;
const maxBytes = 256 * 1024;

const maxTries = 4;

interface PendingEntry {
  readonly index: number;
  readonly orderId: string;
  readonly entry: PutEventsRequestEntry;
  failure?: string;
}

/**
 * Publishes call after call. A call never holds two events of the same order, since one of them may fail alone and be
 * tried again. PutEvents answers 200 for entries it has dropped, so that each entry's answer is read.
 */
export const eventBridgeBus = (client: EventBridgeClient, busName: string, wait = backoff): OrderEventBus => {
  const publish = async (events: readonly OrderEvent[]): Promise<PublishedEvents> => {
    for (const call of callsFor(events.map((event, index) => pendingEntry(event, index, busName)))) {
      const failed = await putAll(call);
      if (failed !== undefined) return { accepted: failed.index, failure: failed.failure };
    }
    return { accepted: events.length };
  };

  /** Resolves to the first entry that was still not accepted after the last try. */
  const putAll = async (call: readonly PendingEntry[]): Promise<PendingEntry | undefined> => {
    let pending = call;
    for (let attempt = 1; pending.length > 0 && attempt <= maxTries; attempt += 1) {
      if (attempt > 1) await wait(attempt - 1);
      pending = await putOnce(pending);
    }
    return pending[0];
  };

  const putOnce = async (pending: readonly PendingEntry[]): Promise<readonly PendingEntry[]> => {
    const put = new PutEventsCommand({ Entries: pending.map(({ entry }) => entry) });
    try {
      const { Entries = [] } = await client.send(put);
      return pending.flatMap((each, index) => {
        const answer = Entries[index];
        return answer?.EventId === undefined ? [{ ...each, failure: answer?.ErrorCode ?? "NoAnswer" }] : [];
      });
    } catch (error) {
      const failure = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      return pending.map((each) => ({ ...each, failure }));
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

const callsFor = (pending: readonly PendingEntry[]): readonly (readonly PendingEntry[])[] => {
  const calls: PendingEntry[][] = [];
  let bytes = 0;
  for (const each of pending) {
    const call = calls.at(-1);
    const fits =
      call !== undefined &&
      call.length < maxEntries &&
      bytes + sizeOf(each) <= maxBytes &&
      call.every(({ orderId }) => orderId !== each.orderId);
    if (fits) {
      call.push(each);
      bytes += sizeOf(each);
    } else {
      calls.push([each]);
      bytes = sizeOf(each);
    }
  }
  return calls;
};

/** As EventBridge counts: 14 bytes for the time, and the texts in UTF-8. */
const sizeOf = ({ entry }: PendingEntry): number =>
  14 + [entry.Source, entry.DetailType, entry.Detail].reduce((sum, part = "") => sum + Buffer.byteLength(part), 0);
