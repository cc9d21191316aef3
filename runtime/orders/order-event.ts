import * as z from "zod";
import { timestampSchema } from "../values/timestamp";
import { traceSchema } from "../values/trace";
import type { Order } from "./order";
import { orderSchema } from "./order";
import type { OrderStatus } from "./order-status";

/** `source` of every event this system puts on the bus. */
export const orderEventSource = "orders";

/** `detail-type` of the event that is published when an order reaches a status. */
export const orderEventTypes = {
  PENDING: "OrderPlaced",
  PAID: "OrderPaid",
  SHIPPED: "OrderShipped",
  REJECTED: "OrderRejected",
  CANCELLED: "OrderCancelled",
} as const satisfies Readonly<Record<OrderStatus, string>>;

export const orderEventTypeSchema = z.enum(Object.values(orderEventTypes));

export type OrderEventType = z.infer<typeof orderEventTypeSchema>;

/** The order without what others must not know: how it is paid for, and the references of payment and shipment. */
const publicOrderSchema = orderSchema.pick({
  order_id: true,
  customer_id: true,
  status: true,
  version: true,
  items: true,
  created_at: true,
  updated_at: true,
  rejection_reason: true,
});

/** `detail` of an event. A change that can break a consumer needs a new `schema_version`. */
export const orderEventDetailSchema = z.object({
  /** `order_id:version`: the same event keeps its id however often it is sent. */
  event_id: z.string(),
  schema_version: z.literal(1),
  occurred_at: timestampSchema,
  order: publicOrderSchema,
  trace: traceSchema,
});

export type OrderEventDetail = Readonly<z.infer<typeof orderEventDetailSchema>>;

export interface OrderEvent {
  readonly type: OrderEventType;
  readonly detail: OrderEventDetail;
}

/** The event for the order's latest change of status. */
export const orderEventOf = (order: Order): OrderEvent => ({
  type: orderEventTypes[order.status],
  detail: orderEventDetailSchema.parse({
    event_id: `${order.order_id}:${order.version}`,
    schema_version: 1,
    occurred_at: order.updated_at,
    order,
    trace: order.trace,
  }),
});
