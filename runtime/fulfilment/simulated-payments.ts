import type { OrderId } from "../orders/order-id";
import { ServiceUnavailable } from "../values/service-unavailable";
import type { Payments } from "./payments";

/**
 * Takes every payment but two: `tok_declined` is declined, and `tok_timeout_once` is not answered the first time an
 * order is seen.
 */
export const simulatedPayments = (): Payments => {
  const timedOut = new Set<OrderId>();
  return {
    take: async ({ order_id }, paymentMethod) => {
      if (paymentMethod === "tok_declined") return { kind: "declined" };
      if (paymentMethod === "tok_timeout_once" && !timedOut.has(order_id)) {
        timedOut.add(order_id);
        throw new ServiceUnavailable(`simulated payment service did not answer for order ${order_id}`);
      }
      return { kind: "taken", payment_reference: `simulated-payment-${order_id}` };
    },
    refund: async ({ order_id }) => ({ refund_reference: `simulated-refund-${order_id}` }),
  };
};
