import * as z from "zod";
import { type Order, orderSchema } from "../orders/order";

/** An order as its customer sees it. */
export const orderViewSchema = orderSchema.pick({
  order_id: true,
  status: true,
  customer_id: true,
  items: true,
  created_at: true,
  updated_at: true,
  version: true,
  rejection_reason: true,
});

export type OrderView = Readonly<z.infer<typeof orderViewSchema>>;

export const orderPageSchema = z.object({
  orders: z.array(orderViewSchema),
  /** Absent on the last page. */
  next_cursor: z.string().optional(),
});

export const placedOrderSchema = z.object({
  message: z.literal("Order placed"),
  order_id: orderSchema.shape.order_id,
  status: z.literal("PENDING"),
  customer_id: orderSchema.shape.customer_id,
  items: orderSchema.shape.items,
  created_at: orderSchema.shape.created_at,
  version: z.literal(1),
});

export const cancelledOrderSchema = z.object({ message: z.literal("Order cancelled"), ...orderViewSchema.shape });

export const orderView = (order: Order): OrderView => orderViewSchema.parse(order);
