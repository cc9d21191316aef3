import {
  type Message,
  type MessageAttributeValue,
  type SendMessageCommandInput,
  type SQS,
  SQSServiceException,
} from "@aws-sdk/client-sqs";
import { CommandError } from "../command-error";
import type { Target } from "../target";
import { type DeadLetter, deadLetterOf } from "./dead-letter";

/** Seconds for which messages are hidden while they are looked at or worked on. */
const hiddenSeconds = 120;

/**
 * Seconds of waiting, so that SQS asks all of its servers: an empty answer then means that there are no more. The local
 * host, which has an endpoint of its own, is one server.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
 */
const waitSeconds = ({ aws }: Target): number => (aws.endpoint === undefined ? 1 : 0);

/** One dead-letter queue of the stack. */
export class DeadLetterQueue {
  readonly name: string;
  readonly url: string;
  private readonly sqs: SQS;
  private readonly waitSeconds: number;

  constructor(sqs: SQS, name: string, url: string, wait: number) {
    this.sqs = sqs;
    this.waitSeconds = wait;
    this.name = name;
    this.url = url;
  }

  /** Messages that wait; those that somebody has received are not among them. */
  async depth(): Promise<number> {
    return Number((await this.attributes())["ApproximateNumberOfMessages"]);
  }

  async arn(): Promise<string> {
    return String((await this.attributes())["QueueArn"]);
  }

  /** URL of the queue whose messages are moved here after too many receives; undefined when there is none. */
  async source(): Promise<string | undefined> {
    const { queueUrls = [] } = await this.sqs.listDeadLetterSourceQueues({ QueueUrl: this.url });
    return queueUrls[0];
  }

  /** Receives messages, ten at a time, until there are no more; nobody else sees them for two minutes. */
  async *receive(): AsyncGenerator<readonly DeadLetter[]> {
    const seen = new Set<string>();
    for (;;) {
      const { Messages = [] } = await this.sqs.receiveMessage({
        QueueUrl: this.url,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: hiddenSeconds,
        WaitTimeSeconds: this.waitSeconds,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      });
      const fresh = Messages.filter(({ MessageId = "" }: Message) => !seen.has(MessageId));
      for (const { MessageId = "" } of fresh) seen.add(MessageId);
      // A queue that hands out again what it has handed out has nothing else.
      if (fresh.length === 0) return;
      yield fresh.map(deadLetterOf);
    }
  }

  /** Looks at up to `max` messages and leaves them where they are. */
  async look(max: number): Promise<readonly DeadLetter[]> {
    const letters: DeadLetter[] = [];
    try {
      for await (const batch of this.receive()) {
        letters.push(...batch);
        if (letters.length >= max) break;
      }
    } finally {
      await this.release(letters);
    }
    return letters.slice(0, max).toSorted((one, other) => one.since.localeCompare(other.since));
  }

  /** Shows messages again at once. */
  async release(letters: readonly DeadLetter[]): Promise<void> {
    for (const { receipt } of letters) {
      await this.sqs.changeMessageVisibility({ QueueUrl: this.url, ReceiptHandle: receipt, VisibilityTimeout: 0 });
    }
  }

  async delete({ receipt }: DeadLetter): Promise<void> {
    await this.sqs.deleteMessage({ QueueUrl: this.url, ReceiptHandle: receipt });
  }

  /** Sends a message to another queue, and deletes it here when it is there. */
  async move(letter: DeadLetter, to: string, attributes: DeadLetter["attributes"]): Promise<void> {
    const MessageAttributes: Record<string, MessageAttributeValue> = { ...attributes };
    const message: SendMessageCommandInput = { QueueUrl: to, MessageBody: letter.body, MessageAttributes };
    await this.sqs.sendMessage(message);
    await this.delete(letter);
  }

  /** URL of a queue of this account by its ARN. */
  async urlOf(queueArn: string): Promise<string> {
    const { QueueUrl = "" } = await this.sqs.getQueueUrl({ QueueName: queueArn.split(":").at(-1) });
    return QueueUrl;
  }

  private async attributes(): Promise<Readonly<Record<string, string>>> {
    const { Attributes = {} } = await this.sqs
      .getQueueAttributes({ QueueUrl: this.url, AttributeNames: ["All"] })
      .catch((error: unknown) => {
        if (!(error instanceof SQSServiceException)) throw error;
        throw new CommandError(`${this.name}: ${error.name}: ${error.message}`);
      });
    return Attributes;
  }
}

/** The stack's dead-letter queues, in the order of their names. Throws CommandError when the stack does not name them. */
export function deadLetterQueues(target: Target, sqs: SQS): readonly DeadLetterQueue[] {
  const urls = target.outputs.dead_letter_queues;
  if (urls === undefined) {
    throw new CommandError(
      "The stack has no output dead_letter_queues: it was deployed before there was one. Deploy it again with pulumi up.",
    );
  }
  return Object.entries(urls)
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([name, url]) => new DeadLetterQueue(sqs, name, url, waitSeconds(target)));
}

/** One of them by its name. Throws CommandError, with the names that there are. */
export function deadLetterQueueNamed(target: Target, sqs: SQS, name: string): DeadLetterQueue {
  const queues = deadLetterQueues(target, sqs);
  const found = queues.find((queue) => queue.name === name);
  if (found !== undefined) return found;
  const names = queues.map((queue) => `  ${queue.name}`).join("\n");
  throw new CommandError(`There is no dead-letter queue ${name}. There are:\n${names}`, 2);
}
