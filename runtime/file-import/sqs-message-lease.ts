import { ChangeMessageVisibilityCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** Between the signs of life of a message's consumer. */
const renewEveryMs = 5_000;

/** What a lease needs to know of a message. */
export interface LeasedMessage {
  readonly receipt: string;
  /** How often the message has been received, this time included. */
  readonly receives: number;
}

/**
 * Seconds after which a message whose consumer has failed or died is received again: soon for the first time, and doubled
 * each further time up to an hour, so that the queue's 10 receives last for two hours and 25 minutes rather than for 3
 * minutes while a bucket cannot be reached.
 */
export const leaseSeconds = (receives: number): number => Math.min(20 * 2 ** Math.max(0, receives - 1), 3_600);

export interface MessageLease extends AsyncDisposable {
  /** Lets the message be received again at once. */
  giveBack(): Promise<void>;
}

/**
 * Keeps a message from others for as long as this process lives. The queue's visibility timeout has to cover the longest
 * run, so that without this a crash would be noticed only when it is over.
 */
export const sqsMessageLease = async (
  client: SQSClient,
  queueUrl: string,
  { receipt, receives }: LeasedMessage,
): Promise<MessageLease> => {
  const lease = leaseSeconds(receives);
  const hideFor = async (seconds: number): Promise<void> => {
    const VisibilityTimeout = seconds;
    await client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt, VisibilityTimeout }),
    );
  };
  await hideFor(lease);
  // If one fails, the next one follows; if all fail, the message is processed twice, which does no harm.
  const timer = setInterval(() => void hideFor(lease).catch(() => undefined), renewEveryMs);
  return {
    giveBack: () => hideFor(0),
    [Symbol.asyncDispose]: async () => clearInterval(timer),
  };
};
