import * as z from "zod";
import { timestampSchema } from "../values/timestamp";
import { traceSchema } from "../values/trace";
import { customerIdSchema } from "./customer-id";
import { orderIdSchema } from "./order-id";
import { orderLinesSchema } from "./order-line";
import { orderStatusSchema } from "./order-status";
import { paymentMethodSchema } from "./payment-method";
import { rejectionReasonSchema } from "./rejection-reason";

/** Fields are named as they are stored and sent, so that nothing has to translate them. */
export const orderSchema = z.object({
  order_id: orderIdSchema,
  customer_id: customerIdSchema,
  status: orderStatusSchema,
  /** 1 when placed; each change of status adds 1. */
  version: z.int().min(1),
  items: orderLinesSchema,
  payment_method: paymentMethodSchema.optional(),
  idempotency_key: z.string().optional(),
  /** Of the request that placed the order: tells a repeat from a different order under the same key. */
  fingerprint: z.string(),
  created_at: timestampSchema,
  updated_at: timestampSchema,
  payment_reference: z.string().optional(),
  shipment_reference: z.string().optional(),
  rejection_reason: rejectionReasonSchema.optional(),
  trace: traceSchema,
});

export type Order = Readonly<z.infer<typeof orderSchema>>;

/** The order as it was when it was placed, whatever has happened to it since. */
export const asPlaced = (order: Order): Order => ({
  order_id: order.order_id,
  customer_id: order.customer_id,
  status: "PENDING",
  version: 1,
  items: order.items,
  payment_method: order.payment_method,
  idempotency_key: order.idempotency_key,
  fingerprint: order.fingerprint,
  created_at: order.created_at,
  updated_at: order.created_at,
  trace: order.trace,
});
