import { setTimeout as pause } from "node:timers/promises";
import type { SQS } from "@aws-sdk/client-sqs";
import { keyAttribute } from "../../runtime/inbox/order-message";
import { CommandError } from "../command-error";
import type { Target } from "../target";
import { type DeadLetter, explanations, type Outcome } from "./dead-letter";
import type { DeadLetterQueue } from "./dead-letter-queue";
import { isFiltered, isMeant, type LetterFilter } from "./letter-filter";
import { pace } from "./pace";
import { putAgain, unhandledEvent } from "./put-again";
import { relayAgain } from "./relay-again";

export interface RedriveOptions extends LetterFilter {
  /** Messages a second, 1 to 500. Default: as fast as it goes. */
  readonly rate?: number;
}

export interface Redriven {
  readonly redriven: number;
  /** Messages that were meant and are still there, with the reason. */
  readonly kept: readonly { readonly message_id: string; readonly because: string }[];
}

const pollMs = 200;

/**
 * Sends dead letters back to where they came from. To repeat it is safe: a message is deleted only when it is where it
 * should be, and what it is about is the same order as before.
 */
export async function redriveQueue(
  target: Target,
  sqs: SQS,
  queue: DeadLetterQueue,
  options: RedriveOptions,
): Promise<Redriven> {
  const source = await queue.source();
  const isInbox = source !== undefined && source === target.outputs.inbox_queue_url;
  // SQS moves messages by itself, but gives them new ids, and to the inbox an id may be what identifies the order.
  if (source !== undefined && !isInbox && !isFiltered(options)) return moveAll(sqs, queue, source, options.rate);

  const turn = pace(options.rate);
  const kept: { message_id: string; because: string }[] = [];
  const untouched: DeadLetter[] = [];
  let redriven = 0;
  const relay = relayAgain(target);
  const put = putAgain(target);
  try {
    for await (const letters of queue.receive()) {
      for (const letter of letters) {
        if (letter.place === undefined && !isMeant(options, letter)) {
          untouched.push(letter);
          continue;
        }
        await turn();
        const unhandled = source === undefined ? unhandledEvent(letter) : undefined;
        const done =
          letter.place !== undefined
            ? await relay(queue, letter, letter.place, options)
            : unhandled !== undefined
              ? await put(queue, letter, unhandled)
              : await sendBack(queue, letter, source, isInbox);
        if (done === "redriven") redriven += 1;
        else untouched.push(letter);
        if (typeof done === "object") kept.push({ message_id: letter.message_id, because: done.because });
      }
    }
  } finally {
    await queue.release(untouched);
  }
  return { redriven, kept };
}

async function sendBack(
  queue: DeadLetterQueue,
  letter: DeadLetter,
  source: string | undefined,
  isInbox: boolean,
): Promise<Outcome> {
  const to = source ?? (await targetOf(queue, letter));
  if (to === undefined) {
    return { because: "it has no queue to go back to: see docs/operations.md, then drop it with --keep" };
  }
  const own = Object.entries(letter.attributes).filter(
    ([name]) => !explanations.includes(name) && !(source === undefined && ofEventBridge.includes(name)),
  );
  const attributes = Object.fromEntries(own);
  // Without a key of its own, the message's id is what tells a repeat from another order; the new one has another id.
  if (isInbox) attributes[keyAttribute] ??= { DataType: "String", StringValue: letter.message_id };
  if (Object.keys(attributes).length > 10) {
    return {
      because: `it has ten attributes, and no room for ${keyAttribute}, which would keep it from being placed twice`,
    };
  }
  await queue.move(letter, to, attributes);
  return "redriven";
}

/** With which EventBridge explains a dead letter: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
const ofEventBridge = [
  "RULE_ARN",
  "SCHEDULE_ARN",
  "TARGET_ARN",
  "ERROR_CODE",
  "ERROR_MESSAGE",
  "EXHAUSTED_RETRY_CONDITION",
  "RETRY_ATTEMPTS",
];

/** The queue that EventBridge could not deliver to. */
async function targetOf(queue: DeadLetterQueue, { attributes }: DeadLetter): Promise<string | undefined> {
  const arn = attributes["TARGET_ARN"]?.StringValue;
  return arn?.split(":")[2] === "sqs" ? queue.urlOf(arn) : undefined;
}

async function moveAll(sqs: SQS, queue: DeadLetterQueue, to: string, rate: number | undefined): Promise<Redriven> {
  const { Attributes = {} } = await sqs.getQueueAttributes({ QueueUrl: to, AttributeNames: ["QueueArn"] });
  const SourceArn = await queue.arn();
  await sqs.startMessageMoveTask({
    SourceArn,
    // Named, since SQS finds the source only of messages that it has moved itself, not of those of SNS or a function.
    DestinationArn: Attributes["QueueArn"],
    ...(rate === undefined ? {} : { MaxNumberOfMessagesPerSecond: rate }),
  });
  for (;;) {
    const { Results = [] } = await sqs.listMessageMoveTasks({ SourceArn, MaxResults: 1 });
    const { Status, ApproximateNumberOfMessagesMoved = 0, FailureReason } = Results[0] ?? {};
    if (Status === "COMPLETED") return { redriven: ApproximateNumberOfMessagesMoved, kept: [] };
    if (Status !== "RUNNING") {
      throw new CommandError(
        `${queue.name}: SQS moved ${ApproximateNumberOfMessagesMoved} messages, then the move was ${Status}: ${FailureReason ?? "no reason given"}. The rest is still there; redrive again.`,
      );
    }
    await pause(pollMs);
  }
}
