import type { FieldError } from "../values/field-errors";

/** Why an order is not accepted, as the API's error codes; the same on every way in. */
export type RejectionCode =
  | "malformed_json"
  | "body_too_large"
  | "invalid_request"
  | "invalid_idempotency_key"
  | "idempotency_key_reused";

/** An order that was not accepted, on any way in but the API, which answers with a problem. */
export interface Rejection {
  readonly kind: "rejected";
  readonly error: RejectionCode;
  /** Contains what was sent, so it must not be logged. */
  readonly detail: string;
  /** The wrong fields, by pointers into the order; empty when it is not about a field. */
  readonly errors: readonly FieldError[];
}

/** The order's wrong fields as a rejection. */
export const invalidRequest = (errors: readonly FieldError[]): Rejection => ({
  kind: "rejected",
  error: "invalid_request",
  detail: errors.map(({ pointer, detail }) => `${pointer || "the order"} ${detail}`).join("; "),
  errors,
});
