import type { Caller } from "../orders/caller";
import type { OrderId } from "../orders/order-id";
import type { Orders } from "../orders/orders";
import type { ChangedOrder } from "../orders/transitions";
import type { Clock } from "../values/clock";
import { getOrder } from "./get-order";

export interface CancelOrderPorts {
  readonly orders: Pick<Orders, "find" | "change">;
  readonly clock: Clock;
}

/** Cancels an order that nothing has been paid for yet. Resolves to undefined where `getOrder` does. */
export const cancelOrder = ({ orders, clock }: CancelOrderPorts) => {
  const get = getOrder({ orders });
  return async (orderId: OrderId, caller: Caller): Promise<ChangedOrder | undefined> => {
    const order = await get(orderId, caller);
    if (order === undefined) return undefined;
    return orders.change(orderId, { to: "CANCELLED" }, clock.now());
  };
};
