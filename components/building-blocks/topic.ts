import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import type { DeclaresAlarms } from "./alarm-args";
import type { DashboardWidget } from "./dashboard";
import type { Grant } from "./grant";
import { denyInsecureTransport, type PolicyStatement, policyDocument, type ServiceSender } from "./policy-document";
import type { ReceivingQueue } from "./receiving-queue";

export interface TopicArgs {
  /** ARN or alias of the KMS key. CloudWatch and other accounts cannot use the AWS managed one. */
  readonly key: pulumi.Input<string>;
  /** Declares an alarm for messages that could not be delivered. Default: no alarm. */
  readonly alarms?: DeclaresAlarms | undefined;
  /** Statements for further publishers, beside the roles of this account that are granted it. Default: none. */
  readonly publishers?: (topicArn: pulumi.Output<string>) => readonly PolicyStatement[];
}

/** Values of message attributes that are let through, by attribute. */
export type AttributeFilter = Readonly<Record<string, readonly string[]>>;

/** A queue that keeps what a topic cannot deliver to it in a dead-letter queue: a `WorkQueue`. */
export interface SubscribingQueue extends ReceivingQueue {
  readonly name: string;
  readonly deadLetters: ReceivingQueue;
}

export interface QueueSubscriptionArgs {
  /** The subscription's logical name. Default: the queue's. */
  readonly name?: string;
  /** Default: every message. */
  readonly filter?: AttributeFilter | undefined;
  /** Messages as they were published, without the envelope that SNS puts around them. Default true. */
  readonly raw?: boolean;
}

/** An encrypted SNS topic that refuses requests without TLS. */
export class Topic extends pulumi.ComponentResource {
  readonly topic: sns.Topic;
  readonly arn: pulumi.Output<string>;
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, args: TopicArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:Topic", name, {}, options);
    const child = { parent: this };
    // Version 2 signs with SHA-256, version 1 with SHA-1; HTTPS endpoints verify the signature.
    this.topic = new sns.Topic(name, { kmsMasterKeyId: args.key, signatureVersion: 2 }, child);
    this.arn = this.topic.arn;
    const statements = [denyInsecureTransport("sns:Publish", [this.arn]), ...(args.publishers?.(this.arn) ?? [])];
    new sns.TopicPolicy(name, { arn: this.arn, policy: policyDocument(statements) }, child);
    const dimensions = { TopicName: this.topic.name };
    args.alarms?.declare(
      `${name}-not-delivered`,
      {
        description: `SNS stopped retrying messages of ${name} to a subscriber. They are in its dead-letter queue, if it has one; an e-mail subscription has none.`,
        runbook: "a-topic-does-not-deliver",
        namespace: "AWS/SNS",
        metric: "NumberOfNotificationsFailed",
        dimensions,
        statistic: "Sum",
        above: 0,
      },
      child,
    );
    const counted = { namespace: "AWS/SNS", dimensions, statistic: "Sum" } as const;
    this.widgets = [
      {
        section: "flow",
        title: name,
        metrics: [
          { ...counted, metric: "NumberOfMessagesPublished", label: "published" },
          { ...counted, metric: "NumberOfNotificationsDelivered", label: "delivered" },
          { ...counted, metric: "NumberOfNotificationsFailed", label: "not delivered" },
        ],
      },
    ];
    // Policies check the statements: the document is unknown in the preview that creates the topic.
    this.registerOutputs({ arn: this.arn, statements });
  }

  grantPublish(): Grant {
    return { actions: ["sns:Publish"], resources: [this.arn] };
  }

  /** The topic as a sender, for a queue's policy. */
  sender(): ServiceSender {
    return { service: "sns.amazonaws.com", sourceArn: this.arn };
  }

  /**
   * Delivers the topic's messages to a queue, and allows the topic in its policy. Delivery is retried for 23 days; what the
   * queue rejects, such as for a missing permission, goes to its dead-letter queue, from where a redrive moves it to the queue.
   */
  to(
    queue: SubscribingQueue,
    { name = queue.name, filter, raw = true }: QueueSubscriptionArgs = {},
    options: pulumi.CustomResourceOptions = { parent: this },
  ): sns.TopicSubscription {
    queue.allow(this.sender());
    queue.deadLetters.allow(this.sender());
    return new sns.TopicSubscription(
      name,
      {
        topic: this.arn,
        protocol: "sqs",
        endpoint: queue.arn,
        rawMessageDelivery: raw,
        redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: queue.deadLetters.arn }),
        ...(filter === undefined ? {} : { filterPolicy: JSON.stringify(filter) }),
      },
      { ...options, dependsOn: [queue.policy, queue.deadLetters.policy] },
    );
  }
}
