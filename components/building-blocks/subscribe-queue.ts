import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import type { WorkQueue } from "./work-queue";

export interface SubscribeQueueArgs {
  readonly topicArn: pulumi.Input<string>;
  /** A queue that has the topic among its `topics`. */
  readonly queue: WorkQueue;
  /** Values of message attributes that are let through, by attribute. Default: everything. */
  readonly filter?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Messages as they were published, without the envelope that SNS puts around them. Default true. */
  readonly raw?: boolean;
}

/**
 * Delivers a topic's messages to a queue. Delivery is retried for 23 days; what is refused for good,
 * such as by a missing permission, goes to the queue's dead-letter queue, from where a redrive brings it into the queue.
 */
export const subscribeQueue = (
  name: string,
  { topicArn, queue, filter, raw = true }: SubscribeQueueArgs,
  options: pulumi.CustomResourceOptions,
): sns.TopicSubscription =>
  new sns.TopicSubscription(
    name,
    {
      topic: topicArn,
      protocol: "sqs",
      endpoint: queue.arn,
      rawMessageDelivery: raw,
      redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: queue.deadLetters.arn }),
      ...(filter === undefined ? {} : { filterPolicy: JSON.stringify(filter) }),
    },
    options,
  );
