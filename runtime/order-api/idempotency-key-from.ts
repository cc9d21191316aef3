import type { HttpRequest } from "../lambda/http-request";
import { idempotencyKeySchema, maxKeyLength } from "../orders/idempotency-key";
import { Problem } from "./problem";

export const idempotencyKey = ({ headers }: HttpRequest): string | undefined => {
  const key = headers["idempotency-key"];
  if (key === undefined || idempotencyKeySchema.safeParse(key).success) return key;
  throw new Problem(
    "invalid_idempotency_key",
    `The header Idempotency-Key must be sent once, with 1 to ${maxKeyLength} visible ASCII characters and no comma; it ${key.length > maxKeyLength ? `has ${key.length} characters` : `is ${JSON.stringify(key)}`}.`,
  );
};
