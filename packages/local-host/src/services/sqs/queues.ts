import { randomUUID } from "node:crypto";
import type { Clock } from "../../kernel/clock";
import type { AccessControl } from "../../kernel/endpoint/access-control";
import { AwsError } from "../../kernel/endpoint/aws-service";
import type { Principal } from "../../kernel/endpoint/principal";
import { FifoFields } from "./fifo-fields";
import { assertSendable, type NewMessage, type SentMessage } from "./new-message";
import { Queue } from "./queue";
import {
  type Attributes,
  defaultAttributes,
  redriveAllowed,
  redrivePolicyOf,
  validateAttributes,
} from "./queue-attributes";
import type { QueueStore } from "./queue-store";
import { asReceived } from "./received-message";
import { md5, md5OfAttributes, type SqsMessage } from "./sqs-message";

export interface QueueDepth {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** Seconds since the oldest message was sent; 0 for an empty queue. */
  readonly oldestAgeSeconds: number;
}

export interface ReceiveOptions {
  /** 1 to 10. */
  readonly max: number;
  /** 0 to 20. */
  readonly waitSeconds: number;
  /** The queue's own when absent. */
  readonly visibilitySeconds?: number;
  /** Ends the wait early, with an empty list. */
  readonly signal?: AbortSignal;
}

export interface QueuesOptions {
  readonly region: string;
  readonly accountId: string;
  /** Begin of every queue's URL, for example `http://localhost:4566`. */
  readonly awsEndpoint: string;
  readonly access: AccessControl;
  readonly store: QueueStore;
  readonly clock: Clock;
  /** Hears of each message that is sent to a queue; not of one that is moved there, as AWS counts. */
  readonly sent: (queueName: string) => void;
}

/** Every queue, in process. What a caller may do is checked here, for the API and for the hosted services alike. */
export class Queues {
  private readonly queues = new Map<string, Queue>();
  private readonly options: QueuesOptions;
  private readonly fifo: FifoFields;

  constructor(options: QueuesOptions) {
    this.options = options;
    this.fifo = new FifoFields(options.store);
    for (const stored of options.store.queues()) {
      const queue = this.make(stored.name, stored.createdAt);
      queue.attributes = stored.attributes;
      queue.tags = stored.tags;
    }
  }

  list(): readonly Queue[] {
    return [...this.queues.values()];
  }

  /** Makes a queue, or gives one that exists these attributes. */
  provision(name: string, attributes: Attributes, tags: Attributes = {}): Queue {
    validateAttributes(attributes);
    const queue = this.queues.get(this.arnOf(name)) ?? this.make(name, this.options.clock.now());
    queue.tags = tags;
    queue.attributes = defaultAttributes;
    queue.setAttributes(attributes);
    return queue;
  }

  /** @throws AwsError when a queue's dead-letter queue does not exist, is of another kind, or does not allow it */
  assertRedrive(queue: Queue, attributes: Attributes): void {
    const redrive = redrivePolicyOf(attributes);
    if (redrive === undefined) return;
    const refuse = (reason: string) =>
      new AwsError(
        "InvalidParameterValue",
        `Value ${attributes["RedrivePolicy"]} for parameter RedrivePolicy is invalid. Reason: ${reason}`,
      );
    const target = this.queues.get(redrive.deadLetterTargetArn);
    if (target === undefined) throw refuse("Dead letter target does not exist.");
    if (target.isFifo !== queue.isFifo) throw refuse("Dead-letter queue must be same type of queue as the source.");
    if (!redriveAllowed(target.attributes, queue.arn)) {
      throw refuse("Dead-letter queue's RedriveAllowPolicy does not allow this queue to use it.");
    }
  }

  delete(queue: Queue): void {
    queue.stop();
    this.options.store.dropQueue(queue.name);
    this.queues.delete(queue.arn);
  }

  /** @throws AwsError QueueDoesNotExist */
  byArn(arn: string): Queue {
    const queue = this.queues.get(arn);
    if (queue === undefined) throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
    return queue;
  }

  /** The last part of a URL or of an ARN names the queue, whatever host the caller reached it by. */
  byUrl(url: unknown): Queue {
    if (typeof url !== "string") {
      throw new AwsError("MissingParameter", "The request must contain the parameter QueueUrl.");
    }
    return this.byArn(this.arnOf(url.split("/").at(-1) ?? ""));
  }

  arnOf(name: string): string {
    return `arn:aws:sqs:${this.options.region}:${this.options.accountId}:${name}`;
  }

  check(principal: Principal, action: string, resourceArn: string): void {
    this.options.access.check({ principal, action: `sqs:${action}`, resourceArn });
  }

  /** The policy of a running queue; the declared one is back when the host starts again. */
  setPolicy(queueArn: string, document: string): void {
    this.options.access.setResourcePolicy(queueArn, document);
  }

  async send(principal: Principal, queueArn: string, message: NewMessage): Promise<SentMessage> {
    this.check(principal, "SendMessage", queueArn);
    return this.enqueue(principal, this.byArn(queueArn), message);
  }

  /** Sends without a check: for a caller that has made its own. */
  enqueue(principal: Principal, queue: Queue, message: NewMessage): SentMessage {
    const attributes = message.attributes ?? {};
    assertSendable(queue, message, attributes);
    const now = this.options.clock.now();
    const delay = message.delaySeconds ?? queue.seconds("DelaySeconds");
    const fifo = queue.isFifo ? this.fifo.fields(queue, message, now) : undefined;
    if (fifo?.duplicate !== undefined) {
      const { messageId, sequenceNumber } = fifo.duplicate;
      return { messageId, sequenceNumber, md5OfBody: md5(message.body), md5OfAttributes: md5OfAttributes(attributes) };
    }
    const fields = {
      messageId: randomUUID(),
      body: message.body,
      md5OfBody: md5(message.body),
      attributes,
      md5OfAttributes: md5OfAttributes(attributes),
      traceHeader: message.traceHeader,
      senderId: senderId(principal, this.options.accountId),
      sentAt: now,
      groupId: message.groupId,
      deduplicationId: fifo?.deduplicationId ?? message.deduplicationId,
      sequenceNumber: fifo?.sequenceNumber,
      deadLetterSource: undefined,
      receiveCount: 0,
      firstReceivedAt: undefined,
      hiddenUntil: delay > 0 ? now + delay * 1_000 : 0,
      receipt: undefined,
    };
    const held =
      fifo === undefined
        ? queue.enqueue(fields)
        : this.options.store.together(() => {
            const sent = queue.enqueue(fields);
            this.options.store.rememberDuplicate(queue.name, fifo.scopedId, sent);
            return sent;
          });
    this.options.sent(queue.name);
    const { messageId, md5OfBody, sequenceNumber } = held;
    return { messageId, md5OfBody, md5OfAttributes: held.md5OfAttributes, sequenceNumber };
  }

  async receive(principal: Principal, queueArn: string, options: ReceiveOptions): Promise<SqsMessage[]> {
    this.check(principal, "ReceiveMessage", queueArn);
    const { max, waitSeconds, visibilitySeconds, signal } = options;
    const held = await this.byArn(queueArn).receive(max, waitSeconds, visibilitySeconds, signal);
    return held.map(asReceived);
  }

  async deleteBatch(principal: Principal, queueArn: string, receiptHandles: readonly string[]): Promise<void> {
    this.check(principal, "DeleteMessage", queueArn);
    const queue = this.byArn(queueArn);
    this.options.store.together(() => {
      for (const handle of receiptHandles) queue.delete(handle);
    });
  }

  async changeVisibility(
    principal: Principal,
    queueArn: string,
    receiptHandle: string,
    seconds: number,
  ): Promise<void> {
    this.check(principal, "ChangeMessageVisibility", queueArn);
    this.byArn(queueArn).changeVisibility(receiptHandle, seconds);
  }

  showReceived(queueArn: string): void {
    this.byArn(queueArn).showReceived();
  }

  depth(queueArn: string): QueueDepth {
    return this.byArn(queueArn).depth();
  }

  attributes(principal: Principal, queueArn: string): Attributes {
    this.check(principal, "GetQueueAttributes", queueArn);
    return this.allAttributes(this.byArn(queueArn));
  }

  allAttributes(queue: Queue): Attributes {
    const { visible, inFlight, delayed } = queue.depth();
    return {
      ...queue.attributes,
      QueueArn: queue.arn,
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
      ApproximateNumberOfMessagesDelayed: String(delayed),
      CreatedTimestamp: String(Math.floor(queue.createdAt / 1_000)),
      LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1_000)),
    };
  }

  /** Ends all waits and closes the store. */
  stop(): void {
    for (const queue of this.queues.values()) queue.stop();
    this.options.store.close();
  }

  private make(name: string, createdAt: number): Queue {
    const arn = this.arnOf(name);
    const url = `${this.options.awsEndpoint}/${this.options.accountId}/${name}`;
    const queue = new Queue({ name, arn, url, createdAt }, this.options.store, this.options.clock, (other) =>
      this.queues.get(other),
    );
    this.queues.set(arn, queue);
    return queue;
  }
}

const senderId = (principal: Principal, accountId: string): string => {
  switch (principal.kind) {
    case "role":
      return `AROALOCAL:${principal.actor}`;
    case "service":
      return principal.service;
    case "developer":
      return accountId;
  }
};
