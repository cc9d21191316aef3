import type { FieldError } from "../values/field-errors";

/** Every way a request can be refused: the machine-readable code, its HTTP status and its title. */
export const problems = {
  malformed_json: { status: 400, title: "The body is not JSON" },
  invalid_request: { status: 400, title: "The request has wrong fields" },
  invalid_idempotency_key: { status: 400, title: "The Idempotency-Key is not valid" },
  unauthorized: { status: 401, title: "The token names no customer" },
  customer_mismatch: { status: 403, title: "The token is another customer's" },
  order_not_found: { status: 404, title: "There is no such order" },
  order_not_cancellable: { status: 409, title: "The order can no longer be cancelled" },
  body_too_large: { status: 413, title: "The body is too large" },
  unsupported_media_type: { status: 415, title: "The body's media type is not supported" },
  idempotency_key_reused: { status: 422, title: "The Idempotency-Key belongs to a different order" },
  internal_error: { status: 500, title: "Something went wrong on our side" },
  try_again: { status: 503, title: "The service is busy" },
} as const;

export type ProblemCode = keyof typeof problems;

/** What goes with a problem beside its detail. */
export interface ProblemExtensions {
  readonly errors?: readonly FieldError[];
  readonly order_id?: string;
  readonly order_status?: string;
}

/** A refusal, thrown by what reads a request and answered as application/problem+json (RFC 9457). */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ProblemCode;
  readonly extensions: ProblemExtensions;

  constructor(code: ProblemCode, detail: string, extensions: ProblemExtensions = {}) {
    super(detail);
    this.code = code;
    this.extensions = extensions;
  }
}

export const problemBody = ({ code, message, extensions }: Problem) => ({
  type: `urn:problem-type:orders:${code}`,
  title: problems[code].title,
  status: problems[code].status,
  detail: message,
  error: code,
  ...extensions,
});
