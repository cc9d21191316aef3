import type { OrderEvent } from "./order-event";

export interface PublishedEvents {
  /** How many events, from the first on, the bus has accepted for certain; the others must be published again. */
  readonly accepted: number;
  /** Why the next one was not accepted, in the bus's words; absent when all were. */
  readonly failure?: string | undefined;
}

export interface OrderEventBus {
  /** Publishes as far as it can; an event never overtakes an earlier one of the same order. */
  publish(events: readonly OrderEvent[]): Promise<PublishedEvents>;
}
