import type * as z from "zod";
import { fieldErrors } from "../domain/field-errors";
import { readJson } from "../domain/json";

export type ReadMessage<Message> =
  | { readonly kind: "read"; readonly message: Message }
  /** `reason` says where the message is wrong, not what it says there: that may be personal. */
  | { readonly kind: "unreadable"; readonly reason: string };

/** Reads a message's JSON. `what` names what it should be: "an OrderPlaced event". */
export const readMessage = <Schema extends z.ZodType>(
  schema: Schema,
  what: string,
  body: string,
): ReadMessage<z.infer<Schema>> => {
  const json = readJson(body);
  const read = schema.safeParse(json);
  if (read.success) return { kind: "read", message: read.data };
  const wrong = fieldErrors(read.error, json).map(({ pointer }) => pointer || "/");
  return { kind: "unreadable", reason: `not ${what}: wrong at ${wrong.join(" ")}` };
};
