import { queueArn } from "./hosted-endpoint";
import { queue } from "./hosted-messaging";

/** Two queues, one with the other for its dead letters, one with a delay, and a FIFO queue. */
export const withDeadLetters = (url: string) => [
  queue(url, "work", {
    visibilityTimeoutSeconds: 30,
    redrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 2 }),
  }),
  queue(url, "dead", {
    redriveAllowPolicy: { redrivePermission: "byQueue", sourceQueueArns: [queueArn("work")] },
  }),
  queue(url, "slow", { delaySeconds: 1 }),
  queue(url, "steps.fifo", { fifoQueue: true, contentBasedDeduplication: true, visibilityTimeoutSeconds: 30 }),
];
