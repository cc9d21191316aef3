import type { Context, SQSBatchResponse, SQSEvent, SQSMessageAttribute, SQSRecord } from "aws-lambda";
import type * as z from "zod";
import { type LambdaHandler, type LambdaHandlerOptions, lambdaHandler } from "./lambda-handler";
import { log } from "./log";
import { duringAttempt } from "./work-in-hand";

export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  /** Message attributes that are text. */
  readonly attributes: Readonly<Record<string, string>>;
  /** All message attributes, as they were sent. */
  readonly typedAttributes: Readonly<Record<string, SQSMessageAttribute>>;
  /** How often the message has been received, this time included. */
  readonly receives: number;
  /** For calls about the message while it is being worked on. */
  readonly receipt: string;
  /** X-Ray's tracing header, when the sender was traced. */
  readonly x_ray: string | undefined;
}

/** Processes one message: done, or failed and to be received again. It logs the outcome; an error that it throws counts as failed. */
export type QueueWorker = (message: QueueMessage, context: Context) => Promise<"done" | "failed">;

/** A function fed by an SQS queue whose mapping reports partial batch failures; messages are processed concurrently. */
export const queueHandler = <Environment extends z.ZodObject>({
  environment,
  build,
}: LambdaHandlerOptions<Environment, QueueWorker>): LambdaHandler<Environment, SQSEvent, SQSBatchResponse> =>
  lambdaHandler({
    environment,
    build: (values) => {
      const work = build(values);
      return async ({ Records }: SQSEvent, context: Context) => {
        const failures = await Promise.all(
          Records.map(async (record) => {
            const { messageId } = record;
            const outcome = await duringAttempt(Number(record.attributes.ApproximateReceiveCount), async () => {
              try {
                return await work(messageOf(record), context);
              } catch (err) {
                log.error({ message_id: messageId, err }, "message failed");
                return "failed";
              }
            });
            return outcome === "failed" ? [{ itemIdentifier: messageId }] : [];
          }),
        );
        return { batchItemFailures: failures.flat() };
      };
    },
  });

const messageOf = ({ messageId, body, messageAttributes, receiptHandle, attributes }: SQSRecord): QueueMessage => ({
  id: messageId,
  body,
  attributes: Object.fromEntries(
    Object.entries(messageAttributes).flatMap(([name, { stringValue }]) =>
      stringValue === undefined ? [] : [[name, stringValue]],
    ),
  ),
  typedAttributes: messageAttributes,
  receives: Number(attributes.ApproximateReceiveCount),
  receipt: receiptHandle,
  x_ray: attributes.AWSTraceHeader,
});
