import { createHash } from "node:crypto";
import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import { DeadLetterQueue } from "./dead-letter-queue";
import type { Platform } from "./platform";

export interface WebhookArgs {
  readonly platform: Platform;
  /** The topic of order events. */
  readonly topicArn: pulumi.Input<string>;
  /** Where SNS posts to; it first has to visit the SubscribeURL that it is sent. */
  readonly url: string;
  /** Types of event that are posted, such as `OrderRejected`. Default: all. */
  readonly eventTypes?: readonly string[] | undefined;
}

/** Seconds. Twelve tries that are up to 5 minutes apart stay within the hour that SNS allows. */
const healthyRetryPolicy = { minDelayTarget: 5, maxDelayTarget: 300, numRetries: 12, backoffFunction: "exponential" };

/**
 * Posts order events to a URL, in SNS's envelope: it is signed, so that the receiver can tell it from a forgery; the event
 * is its `Message`. What cannot be delivered within an hour is dead-lettered.
 */
export class Webhook extends pulumi.ComponentResource {
  readonly deadLetters: DeadLetterQueue;

  constructor(name: string, args: WebhookArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:Webhook", name, { eventTypes: args.eventTypes }, options);
    const { platform, topicArn, url, eventTypes } = args;
    const child = { parent: this };
    this.deadLetters = new DeadLetterQueue(
      `${name}-dlq`,
      {
        platform,
        meaning: `The webhook ${new URL(url).host} did not take events for an hour. The messages hold them in SNS's envelope: hand them over when it is back.`,
        senders: [{ service: "sns.amazonaws.com", sourceArn: topicArn }],
      },
      child,
    );
    new sns.TopicSubscription(
      name,
      {
        topic: topicArn,
        protocol: new URL(url).protocol === "http:" ? "http" : "https",
        endpoint: url,
        deliveryPolicy: JSON.stringify({ healthyRetryPolicy }),
        redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: this.deadLetters.arn }),
        ...(eventTypes === undefined ? {} : { filterPolicy: JSON.stringify({ event_type: eventTypes }) }),
      },
      child,
    );
    this.registerOutputs({});
  }
}

/** Tells webhooks apart by their URLs, so that one that is removed leaves the others, and their confirmations, as they are. */
export const webhookName = (prefix: string, url: string): string =>
  `${prefix}-webhook-${createHash("sha256").update(url).digest("hex").slice(0, 7)}`;
