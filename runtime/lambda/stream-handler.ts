import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import type * as z from "zod";
import { type LambdaHandler, type LambdaHandlerOptions, lambdaHandler } from "./lambda-handler";

/** Processes a batch in order. Resolves to the index of the first record that failed; Lambda retries from there. */
export type StreamWorker = (records: readonly DynamoDBRecord[]) => Promise<number | undefined>;

/** A function fed by a DynamoDB stream whose mapping reports partial batch failures. */
export const streamHandler = <Environment extends z.ZodObject>({
  environment,
  build,
}: LambdaHandlerOptions<Environment, StreamWorker>): LambdaHandler<
  Environment,
  DynamoDBStreamEvent,
  DynamoDBBatchResponse
> =>
  lambdaHandler({
    environment,
    build: (values) => {
      const work = build(values);
      return async ({ Records }: DynamoDBStreamEvent) => {
        const failed = await work(Records);
        if (failed === undefined) return { batchItemFailures: [] };
        // An empty identifier fails the whole batch, which is right for a record without a number.
        return { batchItemFailures: [{ itemIdentifier: Records[failed]?.dynamodb?.SequenceNumber ?? "" }] };
      };
    },
  });
