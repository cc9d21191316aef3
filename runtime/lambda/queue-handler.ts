import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type * as z from "zod";
import { type LambdaHandler, type LambdaHandlerOptions, lambdaHandler } from "./lambda-handler";
import { log } from "./log";

export interface QueueMessage {
  readonly id: string;
  readonly body: string;
}

/** Works on one message: done, or failed and to be received again. It logs which; what it throws counts as failed. */
export type QueueWorker = (message: QueueMessage) => Promise<"done" | "failed">;

/** A function fed by an SQS queue whose mapping reports partial batch failures; messages are worked on side by side. */
export const queueHandler = <Environment extends z.ZodObject>({
  environment,
  build,
}: LambdaHandlerOptions<Environment, QueueWorker>): LambdaHandler<Environment, SQSEvent, SQSBatchResponse> =>
  lambdaHandler({
    environment,
    build: (values) => {
      const work = build(values);
      return async ({ Records }: SQSEvent) => {
        const failures = await Promise.all(
          Records.map(async ({ messageId, body }) => {
            const outcome = await work({ id: messageId, body }).catch((err: unknown) => {
              log.error({ message_id: messageId, err }, "message failed");
              return "failed" as const;
            });
            return outcome === "failed" ? [{ itemIdentifier: messageId }] : [];
          }),
        );
        return { batchItemFailures: failures.flat() };
      };
    },
  });
