import type { Order } from "../orders/order";
import { type OrderEvent, orderEventOf } from "../orders/order-event";
import type { OrderEventBus } from "../orders/order-event-bus";

export interface RelayOrderEventsPorts {
  readonly bus: OrderEventBus;
}

/** One write to the table, as its stream describes it. */
export interface OrderWrite {
  readonly before?: Order | undefined;
  readonly after?: Order | undefined;
}

export interface RelayedEvents {
  /** Events that the bus has accepted. */
  readonly relayed: readonly OrderEvent[];
  /** The first write whose event the bus has not accepted, by its index; those before it are done. */
  readonly failed?: { readonly index: number; readonly reason: string } | undefined;
}

/** Publishes an event for every write that changed an order's status, and for no other. */
export const relayOrderEvents =
  ({ bus }: RelayOrderEventsPorts) =>
  async (writes: readonly OrderWrite[]): Promise<RelayedEvents> => {
    const changes = writes.flatMap(({ before, after }, index) =>
      after !== undefined && after.version !== before?.version ? [{ index, event: orderEventOf(after) }] : [],
    );
    const { accepted, failure = "not accepted" } = await bus.publish(changes.map(({ event }) => event));
    const failed = changes[accepted];
    const relayed = changes.slice(0, accepted).map(({ event }) => event);
    return { relayed, failed: failed && { index: failed.index, reason: failure } };
  };
