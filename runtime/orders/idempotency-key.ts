import * as z from "zod";

export const maxKeyLength = 255;

/**
 * Visible ASCII but the comma: API Gateway joins a header sent twice by commas, and two keys must not pass for a third.
 */
export const keyPattern = /^[\x21-\x2b\x2d-\x7e]+$/;

const error = `must be 1 to ${maxKeyLength} visible ASCII characters without a comma`;

/** What makes the repeat of a request known as one, on every way in. */
export const idempotencyKeySchema = z.string({ error }).max(maxKeyLength, { error }).regex(keyPattern, { error });
