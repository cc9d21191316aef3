import { type Caller, mayActFor } from "../orders/caller";
import type { Order } from "../orders/order";
import type { OrderId } from "../orders/order-id";
import type { Orders } from "../orders/orders";

export interface GetOrderPorts {
  readonly orders: Pick<Orders, "find">;
}

/** The order, unless there is none or it is someone else's: the caller cannot tell which. */
export const getOrder =
  ({ orders }: GetOrderPorts) =>
  async (orderId: OrderId, caller: Caller): Promise<Order | undefined> => {
    const order = await orders.find(orderId);
    return order !== undefined && mayActFor(caller, order.customer_id) ? order : undefined;
  };
