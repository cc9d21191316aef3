import { createHash } from "node:crypto";
import type { OrderRequest } from "./order-request";

/** Tells whether two requests ask for the same: SHA-256 over every value asked for, in a fixed order. */
export const fingerprint = ({ customer_id, items, payment_method }: OrderRequest): string => {
  const values = [customer_id, items.map(({ item, quantity }) => [item, quantity]), payment_method ?? null];
  return createHash("sha256").update(JSON.stringify(values)).digest("hex");
};
