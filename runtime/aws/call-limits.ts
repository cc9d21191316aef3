/**
 * Of every call to an AWS service, in milliseconds. Such calls take single digits of them; waiting longer than this helps
 * less than the client's next try.
 */
export const callLimits = { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true };
