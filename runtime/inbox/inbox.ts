import type { OrderCreated } from "./order-created";

/** Where orders wait to be placed. */
export interface Inbox {
  /**
   * Resolves once every one of them is there; rejects with ServiceUnavailable when one is not.
   *
   * @param headers X-Ray's tracing header of each, where the way there has a place for it
   */
  send(orders: readonly OrderCreated[], headers?: readonly (string | undefined)[]): Promise<void>;
}
