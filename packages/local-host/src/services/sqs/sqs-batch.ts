import * as z from "zod";
import { AwsError } from "../../kernel/endpoint/aws-service";

const entries = z.array(z.looseObject({ Id: z.string() })).catch([]);

/** Bytes that all messages of a batch may have together. */
const batchLimit = 1_048_576;

/**
 * Does something with each entry of a batch. One that fails does not fail the others: the answer lists both, and is a
 * success all the same, which is why every caller has to look into it.
 */
export const eachEntry = async (
  input: Readonly<Record<string, unknown>>,
  act: (entry: Readonly<Record<string, unknown>>) => object | Promise<object>,
  sending = false,
): Promise<{ readonly Successful: readonly object[]; readonly Failed: readonly object[] }> => {
  const batch = entries.parse(input["Entries"]);
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
  const size = batch.reduce((sum, entry) => sum + Buffer.byteLength(String(entry["MessageBody"] ?? "")), 0);
  if (sending && size > batchLimit) {
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
