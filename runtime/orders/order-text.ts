import { parseJson, tooDeep } from "../values/json";
import { type OrderRequest, readOrderRequest } from "./order-request";
import { invalidRequest, type Rejection } from "./rejection";

/** 64 KB: a hundred lines need a third of it. */
export const maxOrderBytes = 64 * 1024;

export interface ReadOrder {
  readonly kind: "read";
  readonly request: OrderRequest;
}

/** Reads an order that comes without a token, so it must name its customer. Accepts and rejects what the API does. */
export const readOrder = (json: unknown): ReadOrder | Rejection => {
  const read = readOrderRequest(json);
  if (read.kind === "invalid") return invalidRequest(read.errors);
  const { customer_id } = read.request;
  if (customer_id === undefined) {
    return invalidRequest([{ pointer: "/customer_id", detail: "must name the order's customer; it is missing" }]);
  }
  return { kind: "read", request: { ...read.request, customer_id } };
};

/** Reads an order from JSON text. */
export const readOrderText = (text: string): ReadOrder | Rejection => {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxOrderBytes) return orderTooLarge(bytes);
  const read = orderJson(text);
  return read.kind === "json" ? readOrder(read.json) : read;
};

/** The JSON of an order, or of what is around it. */
export const orderJson = (text: string): { readonly kind: "json"; readonly json: unknown } | Rejection => {
  const read = parseJson(text);
  if (read.kind === "json") return read;
  return read.kind === "malformed" ? notJson : invalidRequest([{ pointer: read.pointer, detail: tooDeep }]);
};

const notJson: Rejection = {
  kind: "rejected",
  error: "malformed_json",
  detail: "The order must be JSON in UTF-8.",
  errors: [],
};

export const orderTooLarge = (bytes: number): Rejection => ({
  kind: "rejected",
  error: "body_too_large",
  detail: `An order may have ${maxOrderBytes} bytes; it has ${bytes}.`,
  errors: [],
});
