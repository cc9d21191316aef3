/** Entries that one batch call of SQS, SNS or EventBridge takes. */
export const maxBatchEntries = 10;

/** Bytes that each of the three takes in one call; SQS would take more. */
const maxBytes = 256 * 1024;

export interface Batching<E> {
  /** Bytes, as the service counts them. */
  readonly sizeOf: (entry: E) => number;
  /** Whether an entry may be in one call with those before it. Default: any. */
  readonly mayJoin?: (batch: readonly E[], entry: E) => boolean;
}

/** Entries, in their sequence, as the batch calls that take them. */
export const batchesOf = <E>(
  entries: readonly E[],
  { sizeOf, mayJoin = () => true }: Batching<E>,
): readonly (readonly E[])[] => {
  const batches: E[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const batch = batches.at(-1);
    const size = sizeOf(entry);
    if (batch !== undefined && batch.length < maxBatchEntries && bytes + size <= maxBytes && mayJoin(batch, entry)) {
      batch.push(entry);
      bytes += size;
    } else {
      batches.push([entry]);
      bytes = size;
    }
  }
  return batches;
};
