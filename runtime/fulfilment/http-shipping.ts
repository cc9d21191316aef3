import * as z from "zod";
import type { ServiceClient } from "./http-service-client";
import type { Shipping } from "./shipping";

const shipment = z.object({ shipment_reference: z.string().min(1) });

/** A shipping service: `POST /shipments`. */
export const httpShipping = (post: ServiceClient): Shipping => ({
  ship: async ({ order_id, customer_id, items }) => {
    const answer = await post({
      path: "/shipments",
      idempotencyKey: order_id,
      body: { order_id, customer_id, items },
      answer: shipment,
    });
    return answer.kind === "refused" ? { kind: "refused" } : { kind: "shipped", ...answer.json };
  },
});
