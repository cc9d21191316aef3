import * as z from "zod";
import { type FieldError, fieldErrors } from "../values/field-errors";
import { type CustomerId, customerIdSchema } from "./customer-id";
import { itemSchema, type OrderLine, orderLinesSchema, quantitySchema } from "./order-line";
import { paymentMethodSchema } from "./payment-method";

const mustBeObject = { error: "must be a JSON object" };

const whoAndHow = { customer_id: customerIdSchema.optional(), payment_method: paymentMethodSchema.optional() };

/** An order as it is asked for through any way in: API, topic or file. */
export const orderRequestSchema = z.strictObject({ ...whoAndHow, items: orderLinesSchema }, mustBeObject);

/** The shorthand for an order of one line. */
export const oneLineRequestSchema = z.strictObject(
  { ...whoAndHow, item: itemSchema, quantity: quantitySchema },
  mustBeObject,
);

/** What a customer asks for, once it is settled which customer that is. */
export interface OrderRequest {
  readonly customer_id: CustomerId;
  readonly items: readonly OrderLine[];
  readonly payment_method?: string | undefined;
}

export type ReadOrderRequest =
  | { readonly kind: "valid"; readonly request: Readonly<z.infer<typeof orderRequestSchema>> }
  | { readonly kind: "invalid"; readonly errors: readonly FieldError[] };

/** Reads an order from untrusted JSON, the shorthand included; names every field that is wrong. */
export const readOrderRequest = (json: unknown): ReadOrderRequest => {
  if (isShorthand(json)) {
    const read = oneLineRequestSchema.safeParse(json);
    if (!read.success) return { kind: "invalid", errors: fieldErrors(read.error, json) };
    const { item, quantity, ...rest } = read.data;
    return { kind: "valid", request: { ...rest, items: [{ item, quantity }] } };
  }
  const read = orderRequestSchema.safeParse(json);
  return read.success
    ? { kind: "valid", request: read.data }
    : { kind: "invalid", errors: fieldErrors(read.error, json) };
};

const isShorthand = (json: unknown): boolean =>
  typeof json === "object" && json !== null && !("items" in json) && ("item" in json || "quantity" in json);
