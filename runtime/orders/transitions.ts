import type { Order } from "./order";
import { type OrderStatus, orderStatuses } from "./order-status";
import type { RejectionReason } from "./rejection-reason";

/** The one table of allowed edges: where an order may go from each status. */
const edges = {
  PENDING: ["PAID", "REJECTED", "CANCELLED"],
  PAID: ["SHIPPED", "REJECTED"],
  SHIPPED: [],
  REJECTED: [],
  CANCELLED: [],
} as const satisfies Readonly<Record<OrderStatus, readonly OrderStatus[]>>;

const nextOf: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = edges;

/** A change of status, with what becomes known with it. */
export type OrderChange =
  | { readonly to: "PAID"; readonly payment_reference: string }
  | { readonly to: "SHIPPED"; readonly shipment_reference: string }
  | { readonly to: "REJECTED"; readonly rejection_reason: RejectionReason }
  | { readonly to: "CANCELLED" };

export type ChangedOrder =
  | { readonly kind: "changed"; readonly order: Order }
  /** The order has this status already: the change was made before, and nothing happens now. */
  | { readonly kind: "repeated"; readonly order: Order }
  /** No edge leads from the order's present status to the one asked for. */
  | { readonly kind: "refused"; readonly order: Order };

export const canChange = (from: OrderStatus, to: OrderStatus): boolean => nextOf[from].includes(to);

export const isTerminal = (status: OrderStatus): boolean => nextOf[status].length === 0;

/** The statuses from which an order may reach `to`. */
export const previousOf = (to: OrderStatus): readonly OrderStatus[] =>
  orderStatuses.filter((from) => canChange(from, to));

/** Why `order` was not changed to `to`: it already has that status, or no edge leads there. */
export const changeWithoutEffect = (order: Order, to: OrderStatus): ChangedOrder =>
  order.status === to ? { kind: "repeated", order } : { kind: "refused", order };
