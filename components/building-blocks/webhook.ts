import { createHash } from "node:crypto";
import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import type { DeclaresAlarms } from "./alarm-args";
import type { DashboardWidget } from "./dashboard";
import { DeadLetterQueue } from "./dead-letter-queue";
import type { KmsKey } from "./kms-key";
import type { AttributeFilter, Topic } from "./topic";

export interface WebhookArgs {
  readonly alarms: DeclaresAlarms;
  /** Encrypts the dead letters. Default: a key that SQS owns. */
  readonly key?: KmsKey | undefined;
  readonly topic: Topic;
  /** Where SNS posts to; the endpoint first has to confirm the subscription by visiting its SubscribeURL. */
  readonly url: string;
  /** Which messages are posted. Default: every message. */
  readonly filter?: AttributeFilter | undefined;
}

/** Seconds. Twelve retries up to 5 minutes apart stay within the hour that SNS allows. */
const healthyRetryPolicy = { minDelayTarget: 5, maxDelayTarget: 300, numRetries: 12, backoffFunction: "exponential" };

/**
 * Posts a topic's messages to a URL, in SNS's envelope: it is signed, so that the receiver can tell it from a forgery; what
 * was published is its `Message`. What cannot be delivered within an hour is dead-lettered.
 */
export class Webhook extends pulumi.ComponentResource {
  readonly deadLetters: DeadLetterQueue;
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, args: WebhookArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:Webhook", name, { filter: args.filter }, options);
    const { alarms, key, topic, url, filter } = args;
    const child = { parent: this };
    this.deadLetters = new DeadLetterQueue(
      `${name}-dlq`,
      {
        alarms,
        key,
        meaning: `The webhook ${new URL(url).host} did not accept events for an hour. The messages hold them in SNS's envelope: send them to the endpoint once it works again.`,
      },
      child,
    );
    this.deadLetters.allow(topic.sender());
    new sns.TopicSubscription(
      name,
      {
        topic: topic.arn,
        protocol: new URL(url).protocol === "http:" ? "http" : "https",
        endpoint: url,
        deliveryPolicy: JSON.stringify({ healthyRetryPolicy }),
        redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: this.deadLetters.arn }),
        ...(filter === undefined ? {} : { filterPolicy: JSON.stringify(filter) }),
      },
      { ...child, dependsOn: this.deadLetters.policy },
    );
    this.widgets = this.deadLetters.widgets;
    this.registerOutputs({});
  }
}

/** A webhook's name follows from its URL, so that removing one leaves the others, and their confirmations, as they are. */
export const webhookName = (prefix: string, url: string): string =>
  `${prefix}-webhook-${createHash("sha256").update(url).digest("hex").slice(0, 7)}`;
