import * as z from "zod";

export const maxKeyLength = 255;

/**
 * Visible ASCII without the comma: API Gateway joins a header that is sent twice with a comma, and two keys must not look like a third.
 */
export const keyPattern = /^[\x21-\x2b\x2d-\x7e]+$/;

const error = `must be 1 to ${maxKeyLength} visible ASCII characters without a comma`;

/** Identifies repeats of a request, on every way in. */
export const idempotencyKeySchema = z.string({ error }).max(maxKeyLength, { error }).regex(keyPattern, { error });
