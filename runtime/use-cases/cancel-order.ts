import type { Caller } from "../domain/caller";
import type { OrderId } from "../domain/order-id";
import type { ChangedOrder } from "../domain/transitions";
import type { Clock } from "../ports/clock";
import type { Orders } from "../ports/orders";
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
