/**
 * Timeouts of every call to an AWS service, in milliseconds. Such calls take a few milliseconds; beyond these limits a retry
 * helps more than waiting.
 */
export const callLimits = { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true };
