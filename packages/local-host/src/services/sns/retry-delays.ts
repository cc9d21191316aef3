import * as z from "zod";

const healthyRetryPolicy = z.object({
  numRetries: z.int().min(0).max(100).default(3),
  numNoDelayRetries: z.int().min(0).default(0),
  /** Seconds. */
  minDelayTarget: z.number().min(1).default(20),
  maxDelayTarget: z.number().max(3600).default(20),
  backoffFunction: z.enum(["linear", "arithmetic", "geometric", "exponential"]).default("linear"),
});

const deliveryPolicy = z.object({ healthyRetryPolicy: healthyRetryPolicy.prefault({}) }).prefault({});

/**
 * Milliseconds before each retry of a post, by a subscription's delivery policy; SNS's default is 3 retries, 20 seconds
 * apart. Phases with a fixed number of retries at either delay are not told apart from the backoff between them.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
export const retryDelays = (policy: string | undefined): readonly number[] => {
  const { healthyRetryPolicy: retry } = deliveryPolicy.parse(policy === undefined ? undefined : JSON.parse(policy));
  const { numRetries, numNoDelayRetries, minDelayTarget, maxDelayTarget, backoffFunction } = retry;
  const steps = Math.max(1, numRetries - numNoDelayRetries - 1);
  return Array.from({ length: numRetries }, (_, index) => {
    const step = index - numNoDelayRetries;
    if (step < 0) return 0;
    const seconds =
      backoffFunction === "linear" || backoffFunction === "arithmetic"
        ? minDelayTarget + ((maxDelayTarget - minDelayTarget) * step) / steps
        : minDelayTarget * (maxDelayTarget / minDelayTarget) ** (step / steps);
    return Math.round(seconds * 1000);
  });
};
