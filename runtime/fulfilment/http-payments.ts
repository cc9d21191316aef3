import * as z from "zod";
import type { ServiceClient } from "./http-service-client";
import type { Payments } from "./payments";

const payment = z.object({ payment_reference: z.string().min(1) });
const refund = z.object({ refund_reference: z.string().min(1) });

/**
 * A payment service. `POST /payments` takes the money. `POST /refunds` gives back what was taken for an order, and
 * succeeds as well when nothing was: an order may be cancelled before it is paid.
 */
export const httpPayments = (post: ServiceClient): Payments => ({
  take: async ({ order_id, customer_id, items }, payment_method) => {
    const answer = await post({
      path: "/payments",
      idempotencyKey: order_id,
      body: { order_id, customer_id, items, payment_method },
      answer: payment,
    });
    return answer.kind === "refused" ? { kind: "declined" } : { kind: "taken", ...answer.json };
  },

  refund: async ({ order_id }) => {
    const answer = await post({
      path: "/refunds",
      idempotencyKey: `${order_id}:refund`,
      body: { order_id },
      answer: refund,
    });
    if (answer.kind === "refused") {
      throw new Error(
        `the payment service refused with HTTP ${answer.status} to refund order ${order_id}: its payment must be returned by hand`,
      );
    }
    return answer.json;
  },
});
