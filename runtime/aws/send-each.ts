import { ServiceUnavailable } from "../values/service-unavailable";
import { batchesOf } from "./batches-of";
import { refusedOf, sendBatch } from "./send-batch";

interface Entry {
  readonly Id?: string | undefined;
}

export interface SendEach<E extends Entry> {
  /** Each with an Id of its own. */
  readonly entries: readonly E[];
  readonly sizeOf: (entry: E) => number;
  /** One batch call of SQS or SNS; it may fail for some of its entries only. */
  readonly send: (batch: readonly E[]) => Promise<Parameters<typeof refusedOf>[1]>;
  /** The destination, for the error message. */
  readonly to: string;
  /** The pause before each retry. */
  readonly wait: (attempt: number) => Promise<void>;
}

/** Sends all entries, in concurrent batches. Throws ServiceUnavailable when some are not accepted. */
export const sendEach = async <E extends Entry>({ entries, sizeOf, send, to, wait }: SendEach<E>): Promise<void> => {
  await Promise.all(
    batchesOf(entries, { sizeOf }).map(async (batch) => {
      const refused = await sendBatch(batch, async (pending) => refusedOf(pending, await send(pending)), wait);
      const [first] = refused;
      if (first === undefined) return;
      throw new ServiceUnavailable(
        `${refused.length} of ${batch.length} messages were not accepted by ${to}: ${first.reason}`,
      );
    }),
  );
};
