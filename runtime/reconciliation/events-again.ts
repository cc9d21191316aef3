import { asPlaced, type Order } from "../orders/order";
import { type OrderEvent, orderEventOf } from "../orders/order-event";
import { isTerminal } from "../orders/transitions";

/**
 * The events that publish again what status orders have, each with the id and the detail that the relay gave it. For an
 * open order OrderPlaced is among them, since that starts fulfilment: the workflow reads the order and continues from its
 * status, also from PAID. All the OrderPlaced events come first, so that a call to the bus, which never
 * holds two events of one order, can be full.
 */
export const eventsAgain = (orders: readonly Order[]): readonly OrderEvent[] => [
  ...orders.filter(({ status }) => !isTerminal(status)).map((order) => orderEventOf(asPlaced(order))),
  ...orders.filter(({ status }) => status !== "PENDING").map(orderEventOf),
];
