/** Limits of one batch call of SQS or SNS; SNS allows 256 KB. */
const maxEntries = 10;
const maxBytes = 256 * 1024;

/** Entries, in their order, as the batch calls that take them. */
export const batchesOf = <E>(entries: readonly E[], sizeOf: (entry: E) => number): readonly (readonly E[])[] => {
  const batches: E[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const batch = batches.at(-1);
    const size = sizeOf(entry);
    if (batch !== undefined && batch.length < maxEntries && bytes + size <= maxBytes) {
      batch.push(entry);
      bytes += size;
    } else {
      batches.push([entry]);
      bytes = size;
    }
  }
  return batches;
};
