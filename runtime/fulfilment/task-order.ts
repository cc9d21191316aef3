import type * as z from "zod";
import { orderSchema } from "../orders/order";

/** What a step receives of an order. The version says which of its events is processed. */
export const taskOrderSchema = orderSchema.pick({ order_id: true, customer_id: true, items: true, version: true });

export type TaskOrder = Readonly<z.infer<typeof taskOrderSchema>>;
