/** What a function said about the items of its batch. */
export type BatchResponse =
  | { readonly kind: "all-succeeded" }
  | { readonly kind: "some-failed"; readonly identifiers: ReadonlySet<string> }
  | { readonly kind: "malformed"; readonly reason: string };

/**
 * Reads a function's answer as a partial batch response. Nothing, null or an empty list is full success; what cannot be
 * understood, or names an item that was not in the batch, fails the whole batch.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export const readBatchResponse = (payload: string, itemsOfBatch: ReadonlySet<string>): BatchResponse => {
  const response: unknown = payload === "" ? null : JSON.parse(payload);
  if (response === null) return { kind: "all-succeeded" };
  if (typeof response !== "object" || Array.isArray(response))
    return { kind: "malformed", reason: `the response is ${payload.slice(0, 200)}, not an object` };
  const failures: unknown = "batchItemFailures" in response ? response.batchItemFailures : undefined;
  if (failures === undefined || failures === null) return { kind: "all-succeeded" };
  if (!Array.isArray(failures)) return { kind: "malformed", reason: "batchItemFailures is not a list" };
  const identifiers = new Set<string>();
  const items: readonly unknown[] = failures;
  for (const failure of items) {
    const identifier = identifierOf(failure);
    if (identifier === undefined || !itemsOfBatch.has(identifier))
      return {
        kind: "malformed",
        reason: `batchItemFailures names ${JSON.stringify(failure)}, which is not in the batch`,
      };
    identifiers.add(identifier);
  }
  return identifiers.size === 0 ? { kind: "all-succeeded" } : { kind: "some-failed", identifiers };
};

const identifierOf = (failure: unknown): string | undefined =>
  typeof failure === "object" &&
  failure !== null &&
  "itemIdentifier" in failure &&
  typeof failure.itemIdentifier === "string"
    ? failure.itemIdentifier
    : undefined;
