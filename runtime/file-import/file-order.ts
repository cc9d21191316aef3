import type { OrderRequest } from "../orders/order-request";
import type { RejectedRow } from "./rejected-row";

/** An order from a file. */
export interface FileOrder {
  readonly kind: "order";
  /** Tells it from the other orders of the same file. */
  readonly key: string;
  /** How many rows it was made from. */
  readonly rows: number;
  readonly request: OrderRequest;
}

/** Rows that make no order. */
export interface RejectedOrder {
  readonly kind: "rejected";
  readonly rows: number;
  readonly errors: readonly RejectedRow[];
}
