import { ServiceUnavailable } from "../values/service-unavailable";
import { batchesOf } from "./batches-of";

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
