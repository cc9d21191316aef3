import type { HttpRequest } from "../lambda/http-request";
import { Problem } from "../lambda/problem";

export const maxKeyLength = 255;

/**
 * Visible ASCII but the comma: API Gateway joins a header sent twice by commas, and two keys must not pass for a third.
 */
export const keyPattern = /^[\x21-\x2b\x2d-\x7e]+$/;

export const idempotencyKey = ({ headers }: HttpRequest): string | undefined => {
  const key = headers["idempotency-key"];
  if (key === undefined || (key.length <= maxKeyLength && keyPattern.test(key))) return key;
  throw new Problem(
    "invalid_idempotency_key",
    `The header Idempotency-Key must be sent once, with 1 to ${maxKeyLength} visible ASCII characters and no comma; it has ${key.length} characters.`,
  );
};
