import type { CustomerId } from "../orders/customer-id";
import { Problem } from "./problem";

export const customerMismatch = (customerId: CustomerId): Problem =>
  new Problem(
    "customer_mismatch",
    "customer_id must be the customer of the token, or left out; only a token with the scope orders/admin may name another.",
    {
      errors: [{ pointer: "/customer_id", detail: `is not the token's customer; it is ${JSON.stringify(customerId)}` }],
    },
  );
