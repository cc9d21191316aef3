import { v5, v7 } from "uuid";
import * as z from "zod";
import type { CustomerId } from "./customer-id";

export const orderIdSchema = z.uuid().brand<"OrderId">();

export type OrderId = z.infer<typeof orderIdSchema>;

/** Namespace of the ids made from idempotency keys. Changing it would make every earlier key a new one. */
const keyedOrders = "a3f1c9de-5b74-4c1e-9a36-0d2c7be84f15";

/**
 * The id of the order a customer places under an idempotency key: always the same one, so that the order is its own
 * idempotency record. The name is a JSON array, so no two pairs of customer and key read alike.
 */
export const keyedOrderId = (customerId: CustomerId, idempotencyKey: string): OrderId =>
  orderIdSchema.parse(v5(JSON.stringify([customerId, idempotencyKey]), keyedOrders));

/** An id for an order that was placed without a key; ids made later sort later. */
export const freshOrderId = (): OrderId => orderIdSchema.parse(v7());
