import type { OrderCreated } from "./order-created";

/** Where orders wait to be placed. */
export interface Inbox {
  /** Resolves once every one of them is there; rejects with ServiceUnavailable when one is not. */
  send(orders: readonly OrderCreated[]): Promise<void>;
}
