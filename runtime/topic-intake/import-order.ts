import { type OrderMessage, readOrderMessage } from "../inbox/order-message";
import { type PlacedOrder, type PlaceOrderPorts, placeOrder } from "../orders/place-order";
import type { Rejection } from "../orders/rejection";
import type { Trace } from "../values/trace";

export type ImportedOrder = Exclude<PlacedOrder, { readonly kind: "key-reused" }> | Rejection;

/** Places the order in a message as the API would; what the API would refuse is rejected for the same reason. */
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
