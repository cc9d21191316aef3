import * as z from "zod";
import type { HttpRequest } from "../lambda/http-request";
import { type Caller, mayActFor } from "../orders/caller";
import { customerIdSchema } from "../orders/customer-id";
import type { PageRequest } from "../orders/orders";
import { positionFrom } from "../orders/page-cursor";
import { fieldErrors } from "../values/field-errors";
import { customerMismatch } from "./customer-mismatch";
import { Problem } from "./problem";

export const maxLimit = 100;
export const defaultLimit = 20;

const limitError = `must be a whole number from 1 to ${maxLimit}`;

const pageQuerySchema = z.strictObject({
  customer_id: customerIdSchema.optional(),
  limit: z
    .string({ error: limitError })
    .regex(/^[1-9]\d{0,2}$/, { error: limitError })
    .transform(Number)
    .refine((limit) => limit <= maxLimit, { error: limitError })
    .default(defaultLimit),
  cursor: z.string({ error: "must be the next_cursor of a page" }).optional(),
});

/** Which page of whose orders the query asks for. */
export const pageRequestFrom = ({ query }: HttpRequest, caller: Caller): PageRequest => {
  const fields = queryFields(query);
  const read = pageQuerySchema.safeParse(fields);
  if (!read.success) throw invalidQuery(fieldErrors(read.error, fields));

  const { customer_id = caller.customer_id, limit, cursor } = read.data;
  if (!mayActFor(caller, customer_id)) throw customerMismatch(customer_id);

  const after = cursor === undefined ? undefined : positionFrom(customer_id, cursor);
  if (cursor !== undefined && after === undefined) {
    throw invalidQuery([
      { pointer: "/cursor", detail: "must be the next_cursor of a page of the same customer's orders" },
    ]);
  }
  return { customer_id, limit, after };
};

/** A parameter that was sent several times becomes a list, which no parameter may be. */
const queryFields = (query: URLSearchParams) =>
  Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const values = query.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );

const invalidQuery = (errors: Problem["extensions"]["errors"] = []): Problem =>
  new Problem("invalid_request", "Query parameters are wrong; see errors.", { errors });
