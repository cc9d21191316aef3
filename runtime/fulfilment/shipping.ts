import type { TaskOrder } from "./task-order";

export type Shipped = { readonly kind: "shipped"; readonly shipment_reference: string } | { readonly kind: "refused" };

/** A call may be repeated: an order ships once. Rejects with ServiceUnavailable when a later try may work. */
export interface Shipping {
  ship(order: TaskOrder): Promise<Shipped>;
}
