import type { OrderCreated } from "./order-created";

/** Where orders wait to be placed. */
export interface Inbox {
  /**
   * Resolves once all of them have arrived; rejects with ServiceUnavailable when one has not.
   *
   * @param headers X-Ray's tracing header of each order, where the transport can carry it
   */
  send(orders: readonly OrderCreated[], headers?: readonly (string | undefined)[]): Promise<void>;
}
