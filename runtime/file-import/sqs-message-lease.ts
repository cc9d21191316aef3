import { ChangeMessageVisibilityCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** Seconds after which a message whose consumer has died is received again, and between its signs of life. */
const leaseSeconds = 20;
const renewEveryMs = 5_000;

export interface MessageLease extends AsyncDisposable {
  /** Lets the message be received again at once. */
  giveBack(): Promise<void>;
}

/**
 * Keeps a message from others for as long as this process lives. The queue's visibility timeout has to cover the longest
 * run, so that without this a crash would be noticed only when it is over.
 */
export const sqsMessageLease = async (client: SQSClient, queueUrl: string, receipt: string): Promise<MessageLease> => {
  const hideFor = async (seconds: number): Promise<void> => {
    const VisibilityTimeout = seconds;
    await client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt, VisibilityTimeout }),
    );
  };
  await hideFor(leaseSeconds);
  // One that fails is made up for by the next; if all do, the message is worked on twice, which does no harm.
  const timer = setInterval(() => void hideFor(leaseSeconds).catch(() => undefined), renewEveryMs);
  return {
    giveBack: () => hideFor(0),
    [Symbol.asyncDispose]: async () => clearInterval(timer),
  };
};
