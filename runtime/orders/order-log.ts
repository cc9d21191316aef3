import { createHash } from "node:crypto";
import type { Order } from "./order";

type LoggedOrder = Pick<Order, "order_id" | "customer_id"> & Partial<Pick<Order, "version" | "trace">>;

/**
 * What a log line says about an order; `event_id` is that of its latest change. The handler frame adds its own fields.
 *
 * @example log.info(orderFields(order), "order placed")
 */
export const orderFields = ({ order_id, customer_id, version, trace }: LoggedOrder) => ({
  order_id,
  customer_hash: customerHash(customer_id),
  ...(version !== undefined && { event_id: `${order_id}:${version}` }),
  ...(trace !== undefined && { correlation_id: trace.correlation_id }),
});

/**
 * Finds a customer's log lines without naming the customer: the first 16 digits of the SHA-256 of the id, which whoever has
 * the id can compute with `sha256sum` (docs/decisions/0040).
 */
export const customerHash = (customerId: string): string =>
  createHash("sha256").update(customerId).digest("hex").slice(0, 16);
