import type * as z from "zod";
import { orderSchema } from "../orders/order";

/** What a step is told about an order: with the version, which event of it is worked on. */
export const taskOrderSchema = orderSchema.pick({ order_id: true, customer_id: true, items: true, version: true });

export type TaskOrder = Readonly<z.infer<typeof taskOrderSchema>>;
