import type { HttpRequest } from "../lambda/http-request";
import { type OrderId, orderIdSchema } from "../orders/order-id";
import { Problem } from "./problem";

/** The order the path names, in letters of either case (RFC 9562, section 4). A value that is not an order id gets the answer for an order that does not exist. */
export const orderIdFrom = ({ path }: HttpRequest): OrderId => {
  const { data } = orderIdSchema.safeParse(path["order_id"]?.toLowerCase());
  if (data === undefined) throw orderNotFound();
  return data;
};

/** The same for an order of someone else's, so that nobody can find out which ids exist. */
export const orderNotFound = (orderId?: OrderId): Problem =>
  new Problem("order_not_found", "There is no such order among yours.", orderId && { order_id: orderId });
