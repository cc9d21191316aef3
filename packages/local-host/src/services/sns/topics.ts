import { createHash, randomUUID } from "node:crypto";
import { AwsError } from "../../kernel/endpoint/aws-service";
import type { Principal } from "../../kernel/endpoint/principal";
import type { HostContext } from "../../kernel/host-context";
import type { Queues } from "../sqs/queues";
import { type MessageAttributes, messageSize } from "../sqs/sqs-message";
import { deliverNotification } from "./deliver-notification";
import type { Deliveries } from "./delivery";
import { accepts, assertSubscriptionAttributes, type Subscription } from "./subscription";
import type { TopicStore } from "./topic-store";

export interface Topic {
  readonly name: string;
  readonly arn: string;
  /** DisplayName, Policy, FifoTopic, ..., in the API's names. */
  attributes: Readonly<Record<string, string>>;
  readonly declared: boolean;
}

export interface Publication {
  readonly body: string;
  readonly subject?: string;
  readonly attributes?: MessageAttributes;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  /** What some protocols get in place of the body. */
  readonly bodyFor?: Readonly<Record<string, string>>;
}

/** Bytes of a message with its attributes. */
const maximumSize = 262_144;

export interface TopicsParts {
  readonly context: HostContext;
  readonly queues: Queues;
  readonly deliveries: Deliveries;
  readonly store: TopicStore;
}

/** Every topic and its subscriptions, in process. */
export class Topics {
  private readonly topics = new Map<string, Topic>();
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly parts: TopicsParts;
  /** Posts in progress: publishing does not wait for their retries. */
  private readonly posting = new Set<Promise<void>>();

  constructor(parts: TopicsParts) {
    this.parts = parts;
    const kept = parts.store.read();
    for (const { name, attributes } of kept.topics) this.provision(name, attributes, false);
    for (const subscription of kept.subscriptions)
      this.subscriptions.set(subscription.arn, { ...subscription, declared: false });
  }

  list(): readonly Topic[] {
    return [...this.topics.values()];
  }

  subscriptionsOf(topicArn?: string): readonly Subscription[] {
    const all = [...this.subscriptions.values()];
    return topicArn === undefined ? all : all.filter((subscription) => subscription.topicArn === topicArn);
  }

  arnOf(name: string): string {
    const { region, accountId } = this.parts.context.graph;
    return `arn:aws:sns:${region}:${accountId}:${name}`;
  }

  /** @throws AwsError NotFound */
  topic(arn: string): Topic {
    const topic = this.topics.get(arn);
    if (topic === undefined) throw new AwsError("NotFound", "Topic does not exist", 404);
    return topic;
  }

  /** @throws AwsError NotFound */
  subscription(arn: string): Subscription {
    const subscription = this.subscriptions.get(arn);
    if (subscription === undefined) throw new AwsError("NotFound", "Subscription does not exist", 404);
    return subscription;
  }

  check(principal: Principal, action: string, resourceArn: string): void {
    this.parts.context.access.check({ principal, action: `sns:${action}`, resourceArn });
  }

  provision(name: string, attributes: Readonly<Record<string, string>>, declared: boolean): Topic {
    const topic: Topic = { name, arn: this.arnOf(name), attributes, declared };
    this.topics.set(topic.arn, topic);
    return topic;
  }

  setTopicAttribute(topic: Topic, name: string, value: string): void {
    topic.attributes = { ...topic.attributes, [name]: value };
    this.keep();
  }

  /** The policy of a running topic; the declared one is back when the host starts again. */
  setPolicy(topicArn: string, document: string): void {
    this.parts.context.access.setResourcePolicy(topicArn, document);
  }

  removeTopic(arn: string): void {
    this.topics.delete(arn);
    for (const subscription of this.subscriptionsOf(arn)) this.subscriptions.delete(subscription.arn);
    this.keep();
  }

  subscribe(subscription: Subscription): void {
    this.topic(subscription.topicArn);
    assertSubscriptionAttributes(subscription.attributes);
    this.subscriptions.set(subscription.arn, subscription);
  }

  unsubscribe(arn: string): void {
    this.subscriptions.delete(arn);
    this.keep();
  }

  /** Writes down what the program does not declare. */
  keep(): void {
    this.parts.store.write({
      topics: this.list()
        .filter((topic) => !topic.declared)
        .map(({ name, attributes }) => ({ name, attributes: { ...attributes } })),
      subscriptions: this.subscriptionsOf()
        .filter((subscription) => !subscription.declared)
        .map(({ declared: _, attributes, ...kept }) => ({ ...kept, attributes: { ...attributes } })),
    });
  }

  /** Resolves when no post is under way any more. */
  async settled(): Promise<void> {
    await Promise.all(this.posting);
  }

  /**
   * Publishes; by the time it resolves every subscription has the message, or its dead-letter queue has. Only web
   * endpoints get theirs afterwards: a post may be retried for an hour. A crash meanwhile loses it, a stop dead-letters it.
   */
  async publish(
    principal: Principal,
    topicArn: string,
    publication: Publication,
  ): Promise<{ readonly messageId: string }> {
    this.check(principal, "Publish", topicArn);
    const topic = this.topic(topicArn);
    const attributes = publication.attributes ?? {};
    assertPublishable(publication, attributes);
    const fifo = topic.attributes["FifoTopic"] === "true" ? fifoFields(topic, publication) : {};
    const messageId = randomUUID();
    const publishedAt = new Date();
    const { context, queues, deliveries } = this.parts;
    context.calls.recordMetric("AWS/SNS", "NumberOfMessagesPublished", { TopicName: topic.name }, 1, "Count");
    await Promise.all(
      this.subscriptionsOf(topicArn).map(async (subscription) => {
        const body = publication.bodyFor?.[subscription.protocol] ?? publication.body;
        if (!accepts(subscription, body, attributes)) return;
        const delivered = deliverNotification(context, queues, deliveries, {
          subscription,
          messageId,
          publishedAt,
          subject: publication.subject,
          body,
          attributes,
          groupId: publication.groupId,
          deduplicationId: undefined,
          ...fifo,
        });
        if (!subscription.protocol.startsWith("http")) return delivered;
        this.posting.add(delivered);
        void delivered.finally(() => this.posting.delete(delivered));
      }),
    );
    return { messageId };
  }
}

const fifoFields = (topic: Topic, { body, groupId, deduplicationId }: Publication) => {
  if (groupId === undefined) {
    throw new AwsError(
      "InvalidParameter",
      "Invalid parameter: The MessageGroupId parameter is required for FIFO topics",
    );
  }
  const byContent = topic.attributes["ContentBasedDeduplication"] === "true";
  if (deduplicationId === undefined && !byContent) {
    throw new AwsError(
      "InvalidParameter",
      "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  }
  return { groupId, deduplicationId: deduplicationId ?? createHash("sha256").update(body).digest("hex") };
};

const assertPublishable = ({ body, subject }: Publication, attributes: MessageAttributes): void => {
  if (body === "") throw new AwsError("InvalidParameter", "Invalid parameter: Empty message");
  if (messageSize(body, attributes) > maximumSize)
    throw new AwsError("InvalidParameter", "Invalid parameter: Message too long");
  if (subject !== undefined && (subject === "" || subject.length > 100 || /[\n\r]/.test(subject))) {
    throw new AwsError(
      "InvalidParameter",
      `Invalid parameter: Subject: "${subject}" must be 1 to 100 characters in one line`,
    );
  }
};
