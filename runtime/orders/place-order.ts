import type { Clock } from "../values/clock";
import type { Trace } from "../values/trace";
import { fingerprint } from "./fingerprint";
import { asPlaced, type Order } from "./order";
import { keyedOrderId, type OrderId } from "./order-id";
import type { OrderRequest } from "./order-request";
import type { Orders } from "./orders";

export interface PlaceOrderPorts {
  readonly orders: Pick<Orders, "insert">;
  readonly clock: Clock;
  readonly freshOrderId: () => OrderId;
}

export interface PlaceOrder {
  readonly request: OrderRequest;
  readonly idempotency_key?: string | undefined;
  readonly trace: Trace;
}

export type PlacedOrder =
  | { readonly kind: "placed"; readonly order: Order }
  /** The same request came before: `order` is as it was answered then. */
  | { readonly kind: "replayed"; readonly order: Order }
  /** The key was used before, for a different request; `order` is the one placed with it. */
  | { readonly kind: "key-reused"; readonly order: Order };

/** Accepts an order by one conditional write; the table's stream drives everything after it. */
export const placeOrder =
  ({ orders, clock, freshOrderId }: PlaceOrderPorts) =>
  async (command: PlaceOrder): Promise<PlacedOrder> => {
    const order = orderFrom(command, clock.now(), freshOrderId);
    const existing = await orders.insert(order);

    if (existing === undefined) return { kind: "placed", order };
    if (existing.fingerprint !== order.fingerprint) return { kind: "key-reused", order: existing };
    // Nobody else could have had a fresh id: this is our own write, whose first answer was lost on the way.
    if (command.idempotency_key === undefined) return { kind: "placed", order };
    return { kind: "replayed", order: asPlaced(existing) };
  };

const orderFrom = (
  { request, idempotency_key, trace }: PlaceOrder,
  now: Date,
  freshOrderId: PlaceOrderPorts["freshOrderId"],
): Order => ({
  order_id: idempotency_key === undefined ? freshOrderId() : keyedOrderId(request.customer_id, idempotency_key),
  customer_id: request.customer_id,
  status: "PENDING",
  version: 1,
  items: [...request.items],
  payment_method: request.payment_method,
  idempotency_key,
  fingerprint: fingerprint(request),
  created_at: now.toISOString(),
  updated_at: now.toISOString(),
  trace,
});
