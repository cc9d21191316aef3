import type * as z from "zod";
import { text } from "../values/text";

export const customerIdSchema = text(128).brand<"CustomerId">();

export type CustomerId = z.infer<typeof customerIdSchema>;
