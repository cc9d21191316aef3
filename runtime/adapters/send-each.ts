import { ServiceUnavailable } from "../ports/service-unavailable";

interface Entry {
  readonly Id?: string | undefined;
}

export interface SendEach<E extends Entry> {
  /** Each with an Id of its own. */
  readonly entries: readonly E[];
  readonly sizeOf: (entry: E) => number;
  /** One batch call of SQS or SNS; it may fail for some of its entries only. */
  readonly send: (batch: readonly E[]) => Promise<{
    readonly Failed?: readonly { readonly Id: string | undefined; readonly Code: string | undefined }[] | undefined;
  }>;
  /** Where to, for the error. */
  readonly to: string;
  /** The pause before each further try. */
  readonly wait: (attempt: number) => Promise<void>;
}

/** Limits of one batch call; SNS allows 256 KB. */
const maxEntries = 10;
const maxBytes = 256 * 1024;

const maxTries = 4;

/** Sends all entries, in batches at the same time. A batch call succeeds for entries it refused, so each answer is read. */
export const sendEach = async <E extends Entry>(work: SendEach<E>): Promise<void> => {
  await Promise.all(batchesOf(work.entries, work.sizeOf).map((batch) => sendBatch(batch, work)));
};

const sendBatch = async <E extends Entry>(batch: readonly E[], { send, to, wait }: SendEach<E>): Promise<void> => {
  let pending = batch;
  let failure = "";
  for (let attempt = 1; attempt <= maxTries; attempt += 1) {
    if (attempt > 1) await wait(attempt - 1);
    const { Failed = [] } = await send(pending);
    if (Failed.length === 0) return;
    const failed = new Set(Failed.map(({ Id }) => Id));
    failure = Failed[0]?.Code ?? "no reason given";
    pending = pending.filter(({ Id }) => failed.has(Id));
  }
  throw new ServiceUnavailable(`${pending.length} of ${batch.length} messages were not taken by ${to}: ${failure}`);
};

const batchesOf = <E>(entries: readonly E[], sizeOf: (entry: E) => number): readonly (readonly E[])[] => {
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
