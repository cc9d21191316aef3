import type { Properties } from "./value";

/** SQS's default: 4 days. */
const defaultSeconds = 345_600;

/** How long a queue keeps messages, in seconds; undefined when a preview does not know it. */
export const retentionSeconds = ({ messageRetentionSeconds }: Properties): number | undefined => {
  if (messageRetentionSeconds === undefined) return defaultSeconds;
  return typeof messageRetentionSeconds === "number" ? messageRetentionSeconds : undefined;
};

/** `4 days`, or seconds where it is not whole days. */
export const inDays = (seconds: number): string =>
  seconds % 86_400 === 0 ? `${seconds / 86_400} days` : `${seconds} seconds`;
