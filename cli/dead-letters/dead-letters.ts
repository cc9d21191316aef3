import { SQS } from "@aws-sdk/client-sqs";
import type { Target } from "../target";
import { type DeadLetter, shownLetter } from "./dead-letter";
import { deadLetterQueueNamed, deadLetterQueues } from "./dead-letter-queue";
import { dropLetters } from "./drop-letters";
import { isMeant, type LetterFilter } from "./letter-filter";
import { type Redriven, type RedriveOptions, redriveQueue } from "./redrive-queue";
import { ordersAt, publishOrderAgain } from "./relay-again";

/** Messages of a queue that are looked at for its reasons. */
const sampled = 100;

export interface QueueSummary {
  readonly queue: string;
  readonly messages: number;
  /** When the oldest message was first sent. */
  readonly oldest?: string;
  /** How many messages there are for each reason, among the first hundred. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** Every dead-letter queue, those with messages first. */
export async function listQueues(target: Target): Promise<readonly QueueSummary[]> {
  const summaries = await Promise.all(
    deadLetterQueues(target, new SQS(target.aws)).map(async (queue): Promise<QueueSummary> => {
      const messages = await queue.depth();
      const letters = messages === 0 ? [] : await queue.look(sampled);
      const reasons: Record<string, number> = {};
      for (const { reason } of letters) reasons[reason] = (reasons[reason] ?? 0) + 1;
      const [oldest] = letters;
      return {
        queue: queue.name,
        messages,
        ...(oldest === undefined ? {} : { oldest: oldest.since }),
        reasons,
      };
    }),
  );
  return summaries.toSorted((one, other) => Number(other.messages > 0) - Number(one.messages > 0));
}

export type ShownLetter = ReturnType<typeof shownLetter> & {
  /** Of the relay's records. */
  readonly orders?: readonly string[];
};

/** Up to `limit` messages, the oldest first; those of the relay with the orders that their records are about. */
export async function showLetters(
  target: Target,
  name: string,
  filter: LetterFilter,
  limit: number,
): Promise<readonly ShownLetter[]> {
  const queue = deadLetterQueueNamed(target, new SQS(target.aws), name);
  const shown = (await queue.look(limit)).map(async (letter: DeadLetter): Promise<ShownLetter | undefined> => {
    if (letter.place === undefined) return isMeant(filter, letter) ? shownLetter(letter) : undefined;
    const orders = await ordersAt(target, letter.place);
    const isWanted = filter.order === undefined || orders.includes(filter.order);
    return isWanted && isMeant({ ...filter, order: undefined }, letter)
      ? { ...shownLetter(letter), orders }
      : undefined;
  });
  return (await Promise.all(shown)).filter((letter) => letter !== undefined);
}

/**
 * Sends messages back. In the relay's queue an order that no message names, since the stream has forgotten it, is told of
 * again as it is now.
 */
export async function redrive(
  target: Target,
  name: string,
  options: RedriveOptions,
): Promise<Redriven & { readonly published?: readonly string[] }> {
  const sqs = new SQS(target.aws);
  const queue = deadLetterQueueNamed(target, sqs, name);
  const done = await redriveQueue(target, sqs, queue, options);
  const { order } = options;
  const isRelay = order !== undefined && done.redriven === 0 && (await hasStreamPlaces(queue));
  return isRelay ? { ...done, published: await publishOrderAgain(target, order) } : done;
}

const hasStreamPlaces = async (queue: ReturnType<typeof deadLetterQueueNamed>): Promise<boolean> =>
  (await queue.look(1)).some(({ place }) => place !== undefined);

export const drop = (target: Target, name: string, filter: LetterFilter, file: string): Promise<number> =>
  dropLetters(deadLetterQueueNamed(target, new SQS(target.aws), name), filter, file);
