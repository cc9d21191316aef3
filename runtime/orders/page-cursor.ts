import { createHash } from "node:crypto";
import * as z from "zod";
import { readJson } from "../values/json";
import { timestampSchema } from "../values/timestamp";
import type { CustomerId } from "./customer-id";
import { orderIdSchema } from "./order-id";

/** The last order of a page: the next page begins after it. */
export const pagePositionSchema = z.object({ created_at: timestampSchema, order_id: orderIdSchema });

export type PagePosition = Readonly<z.infer<typeof pagePositionSchema>>;

const checkLength = 16;

/**
 * Opaque to its holder, good for one customer only. The check guards against mistakes, not against forgery: whoever
 * holds a cursor sees only that customer's orders anyway.
 */
export const pageCursor = (customerId: CustomerId, { created_at, order_id }: PagePosition): string => {
  const position = JSON.stringify({ created_at, order_id });
  return Buffer.from(check(customerId, position) + position).toString("base64url");
};

/** The position that a cursor encodes; undefined when it is damaged, or belongs to another customer. */
export const positionFrom = (customerId: CustomerId, cursor: string): PagePosition | undefined => {
  const decoded = Buffer.from(cursor, "base64url").toString();
  const position = decoded.slice(checkLength);
  if (decoded.slice(0, checkLength) !== check(customerId, position)) return undefined;
  const { data } = pagePositionSchema.safeParse(readJson(position));
  // Base64 can be written in several ways that decode alike; only the form that was given out is accepted.
  return data !== undefined && pageCursor(customerId, data) === cursor ? data : undefined;
};

const check = (customerId: CustomerId, position: string): string =>
  createHash("sha256")
    .update(JSON.stringify([customerId, position]))
    .digest("hex")
    .slice(0, checkLength);
