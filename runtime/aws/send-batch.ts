import { backoff } from "./backoff";

/** An entry of a batch that a call did not take. */
export interface Refusal<E> {
  readonly entry: E;
  readonly reason: string;
}

const maxTries = 4;

/**
 * Sends the entries of one batch call, and then those again that it did not take: a batch call of SQS, SNS or EventBridge
 * succeeds for entries that it has refused. Resolves to what was still refused by the last of four tries; a call that
 * fails as a whole is for `send` to throw, or to answer as a refusal of all.
 */
export const sendBatch = async <E>(
  batch: readonly E[],
  send: (pending: readonly E[]) => Promise<readonly Refusal<E>[]>,
  wait: (attempt: number) => Promise<void> = backoff,
): Promise<readonly Refusal<E>[]> => {
  let refusals = await send(batch);
  for (let attempt = 1; refusals.length > 0 && attempt < maxTries; attempt += 1) {
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
