import { backoff } from "./backoff";

/** An entry of a batch that a call did not take. */
export interface Refusal<E> {
  readonly entry: E;
  readonly reason: string;
}

const maxAttempts = 4;

/**
 * Sends the entries of one batch call, then retries those that it rejected: a batch call of SQS, SNS or EventBridge succeeds
 * even if it rejects some entries. Resolves to what the last of four attempts still rejected. When a call fails as a
 * whole, `send` either throws or returns a refusal for each entry.
 */
export const sendBatch = async <E>(
  batch: readonly E[],
  send: (pending: readonly E[]) => Promise<readonly Refusal<E>[]>,
  wait: (attempt: number) => Promise<void> = backoff,
): Promise<readonly Refusal<E>[]> => {
  let refusals = await send(batch);
  for (let attempt = 1; refusals.length > 0 && attempt < maxAttempts; attempt += 1) {
    await wait(attempt);
    refusals = await send(refusals.map(({ entry }) => entry));
  }
  return refusals;
};

interface BatchAnswer {
  readonly Failed?: readonly { readonly Id: string | undefined; readonly Code: string | undefined }[] | undefined;
}

/** What an answer of SQS or SNS refuses: it names entries by their Id. */
export const refusedOf = <E extends { readonly Id?: string | undefined }>(
  batch: readonly E[],
  { Failed = [] }: BatchAnswer,
): readonly Refusal<E>[] => {
  const codes = new Map(Failed.map(({ Id, Code }) => [Id, Code ?? "no reason given"]));
  return batch.flatMap((entry) => {
    const reason = codes.get(entry.Id);
    return reason === undefined ? [] : [{ entry, reason }];
  });
};
