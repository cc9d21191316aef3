import * as z from "zod";
import { text } from "../values/text";

export const maxLines = 100;
export const maxQuantity = 10_000;

export const itemSchema = text(200);

// Written out: toLocaleString loads a locale, which takes longer (23 ms) than all else in the functions' init phase.
const wholeQuantity = "must be a whole number from 1 to 10,000";

export const quantitySchema = z
  .int({ error: wholeQuantity })
  .min(1, { error: wholeQuantity })
  .max(maxQuantity, { error: wholeQuantity });

export const orderLineSchema = z.strictObject(
  { item: itemSchema, quantity: quantitySchema },
  { error: "must be an object with item and quantity" },
);

export type OrderLine = Readonly<z.infer<typeof orderLineSchema>>;

const someLines = `must be a list of 1 to ${maxLines} order lines`;

export const orderLinesSchema = z
  .array(orderLineSchema, { error: someLines })
  .min(1, { error: someLines })
  .max(maxLines, { error: someLines });
