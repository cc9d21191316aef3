import { asPlaced, type Order } from "../orders/order";
import { type OrderEvent, orderEventOf } from "../orders/order-event";
import { isTerminal } from "../orders/transitions";

/**
 * The events that tell the bus again where orders stand, each with the id and the detail that the relay gave it. Of an
 * open order OrderPlaced is among them, since that is what fulfilment begins with: the workflow reads the order and goes
 * on from where it stands, also from PAID. All the OrderPlaced events come first, so that a call to the bus, which never
 * holds two events of one order, can be full.
 */
export const eventsAgain = (orders: readonly Order[]): readonly OrderEvent[] => [
  ...orders.filter(({ status }) => !isTerminal(status)).map((order) => orderEventOf(asPlaced(order))),
  ...orders.filter(({ status }) => status !== "PENDING").map(orderEventOf),
];
