import type * as z from "zod";
import { orderSchema } from "../orders/order";

/** What payment and shipping are told about an order. */
export const taskOrderSchema = orderSchema.pick({ order_id: true, customer_id: true, items: true });

export type TaskOrder = Readonly<z.infer<typeof taskOrderSchema>>;
