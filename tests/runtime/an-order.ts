import { customerIdSchema } from "../../runtime/orders/customer-id";
import { fingerprint } from "../../runtime/orders/fingerprint";
import type { Order } from "../../runtime/orders/order";
import { orderIdSchema } from "../../runtime/orders/order-id";

export const ada = customerIdSchema.parse("ada");
export const bob = customerIdSchema.parse("bob");
export const orderId = orderIdSchema.parse("0191f5a2-7c3b-7d1e-8a4f-3b2c1d0e9f80");

/** A PENDING order of Ada's, with `overrides`. */
export const anOrder = (overrides: Partial<Order> = {}): Order => {
  const request = { customer_id: ada, items: [{ item: "Widget", quantity: 2 }], payment_method: "tok_visa" };
  return {
    order_id: orderId,
    ...request,
    status: "PENDING",
    version: 1,
    fingerprint: fingerprint(request),
    created_at: "2026-11-21T09:00:00.000Z",
    updated_at: "2026-11-21T09:00:00.000Z",
    trace: { correlation_id: "request-1" },
    ...overrides,
  };
};
