import { type OrderMessage, readOrderMessage } from "../domain/order-message";
import type { Rejection } from "../domain/rejection";
import type { Trace } from "../domain/trace";
import { type PlacedOrder, type PlaceOrderPorts, placeOrder } from "./place-order";

export type ImportedOrder = Exclude<PlacedOrder, { readonly kind: "key-reused" }> | Rejection;

/** Places the order in a message, as the API would have; what it would refuse is rejected for the same reason. */
export const importOrder = (ports: PlaceOrderPorts) => {
  const place = placeOrder(ports);
  return async (message: OrderMessage, trace: Trace): Promise<ImportedOrder> => {
    const read = readOrderMessage(message);
    if (read.kind === "rejected") return read;
    const placed = await place({ request: read.request, idempotency_key: read.idempotency_key, trace });
    if (placed.kind !== "key-reused") return placed;
    return {
      kind: "rejected",
      error: "idempotency_key_reused",
      detail: `The key placed order ${placed.order.order_id} before, with different content. Send the order under a new key.`,
      errors: [],
    };
  };
};
