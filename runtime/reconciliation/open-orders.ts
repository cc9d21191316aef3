import * as z from "zod";
import { orderIdSchema } from "../orders/order-id";
import { timestampSchema } from "../values/timestamp";

export const openOrderSchema = z.object({ order_id: orderIdSchema, created_at: timestampSchema });

export type OpenOrder = Readonly<z.infer<typeof openOrderSchema>>;

/** Finds orders by how long they have been open. */
export interface OpenOrders {
  /** Every order that is not terminal and was placed before a moment, in no particular order. */
  placedBefore(moment: Date): Promise<readonly OpenOrder[]>;
}
