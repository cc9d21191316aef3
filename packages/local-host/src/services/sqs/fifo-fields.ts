import { createHash } from "node:crypto";
import { AwsError } from "../../kernel/endpoint/aws-service";
import type { NewMessage } from "./new-message";
import type { Queue } from "./queue";
import type { QueueStore } from "./queue-store";

/** Milliseconds in which SQS knows a FIFO message again. */
const deduplicationInterval = 5 * 60 * 1_000;

/** What a FIFO queue adds to a message: its place in the order, and whether it has been sent before. */
export class FifoFields {
  private readonly store: QueueStore;
  private sequence = 0;

  constructor(store: QueueStore) {
    this.store = store;
  }

  /** @throws AwsError for a message that a FIFO queue would refuse */
  fields(queue: Queue, message: NewMessage, now: number) {
    if (message.groupId === undefined) {
      throw new AwsError("MissingParameter", "The request must contain the parameter MessageGroupId.");
    }
    if (message.delaySeconds !== undefined && message.delaySeconds !== 0) {
      throw new AwsError(
        "InvalidParameterValue",
        `Value ${message.delaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
      );
    }
    const byContent = queue.attributes["ContentBasedDeduplication"] === "true";
    const contentId = byContent ? createHash("sha256").update(message.body).digest("hex") : undefined;
    const deduplicationId = message.deduplicationId ?? contentId;
    if (deduplicationId === undefined) {
      throw new AwsError(
        "InvalidParameterValue",
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly.",
      );
    }
    const perGroup = queue.attributes["DeduplicationScope"] === "messageGroup";
    const scopedId = perGroup ? `${message.groupId}\n${deduplicationId}` : deduplicationId;
    const duplicate = this.store.duplicateOf(queue.name, scopedId, now - deduplicationInterval);
    // Grows within a queue also when two messages share a millisecond.
    this.sequence = Math.max(this.sequence + 1, now * 1_000);
    return { deduplicationId, scopedId, duplicate, sequenceNumber: String(this.sequence).padStart(20, "1") };
  }
}
