import * as z from "zod";
import { AwsError } from "../../kernel/endpoint/aws-service";

const entries = z.array(z.looseObject({ Id: z.string().optional() }));

/** Bytes that all messages of a batch may have together, with their attributes. */
const batchLimit = 1_048_576;

/** What a batch is of, as SQS and SNS name the entry in their errors: `SendMessageBatchRequestEntry`. */
export interface BatchKind {
  readonly entry: string;
  /** Bytes of an entry; counted where the batch as a whole has a limit. */
  readonly size?: (entry: Readonly<Record<string, unknown>>) => number;
}

const entriesOf = (given: unknown, kind: BatchKind) => {
  const parsed = entries.safeParse(given ?? []);
  if (!parsed.success) {
    throw new AwsError("InvalidParameterValue", `A batch is a list of ${kind.entry}: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data.map(({ Id, ...entry }, index) => {
    if (Id !== undefined) return { ...entry, Id };
    throw new AwsError("MissingParameter", `The request must contain the parameter ${kind.entry}.${index + 1}.Id.`);
  });
};

/**
 * Does something with each entry of a batch. One that fails does not fail the others: the answer lists both, and is a
 * success all the same, which is why every caller must look into it.
 */
export const eachEntry = async (
  given: unknown,
  kind: BatchKind,
  act: (entry: Readonly<Record<string, unknown>>) => object | Promise<object>,
): Promise<{ readonly Successful: readonly object[]; readonly Failed: readonly object[] }> => {
  const batch = entriesOf(given, kind);
  if (batch.length === 0) throw new AwsError("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (batch.length > 10) {
    throw new AwsError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are 10. You have sent ${batch.length}.`,
    );
  }
  const ids = new Set<string>();
  for (const { Id } of batch) {
    if (!/^[\w-]{1,80}$/.test(Id)) {
      throw new AwsError(
        "InvalidBatchEntryId",
        `A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long: "${Id}".`,
      );
    }
    if (ids.has(Id)) throw new AwsError("BatchEntryIdsNotDistinct", `Id ${Id} repeated.`);
    ids.add(Id);
  }
  const { size: sizeOf = () => 0 } = kind;
  const size = batch.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (size > batchLimit) {
    throw new AwsError(
      "BatchRequestTooLong",
      `Batch requests cannot be longer than ${batchLimit} bytes. You have sent ${size} bytes.`,
    );
  }
  const Successful: object[] = [];
  const Failed: object[] = [];
  // Each act begins here and now, so that the messages of a batch become visible together.
  const outcomes = await Promise.allSettled(batch.map(async (entry) => act(entry)));
  for (const [index, outcome] of outcomes.entries()) {
    const Id = batch[index]?.Id;
    if (outcome.status === "fulfilled") {
      Successful.push({ Id, ...outcome.value });
      continue;
    }
    const error: unknown = outcome.reason;
    if (!(error instanceof AwsError)) throw error;
    Failed.push({ Id, Code: error.name, Message: error.message, SenderFault: error.status < 500 });
  }
  return { Successful, Failed };
};
