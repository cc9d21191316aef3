import * as pulumi from "@pulumi/pulumi";
import type { DashboardWidget } from "./building-blocks/dashboard";
import type { AttributeFilter, Topic } from "./building-blocks/topic";
import { WorkQueue } from "./building-blocks/work-queue";
import type { Platform } from "./platform";

export interface PartnerQueueArgs {
  readonly platform: Platform;
  /** The topic of order events. */
  readonly topic: Topic;
  /** Types of event that the partner receives, such as `OrderRejected`. Default: all. */
  readonly eventTypes?: readonly string[] | undefined;
  /** The partner's AWS account, whose roles may then receive from the queue. Default: consumers are of this account. */
  readonly accountId?: string | undefined;
}

/** Seconds that a message is hidden once a partner has received it: six times the 30 that a partner is assumed to need. */
const visibilityTimeout = 180;

/** A queue with the order events that one partner wants, each a CloudEvent as it was published. */
export class PartnerQueue extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, args: PartnerQueueArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:PartnerQueue", name, { eventTypes: args.eventTypes }, options);
    const { platform, topic, eventTypes, accountId } = args;
    const child = { parent: this };
    const queue = new WorkQueue(
      name,
      {
        ...platform,
        visibilityTimeout,
        // A partner may read in batches, a few times an hour.
        maxWait: 3600,
        consumerAccounts: accountId === undefined ? [] : [accountId],
        deadLetterMeaning: `The consumer of ${name} failed to process messages 5 times, or SNS could not deliver them. Ask the partner for the reason, then redrive the dead-letter queue.`,
      },
      child,
    );
    topic.to(queue, { filter: ofTypes(eventTypes) }, child);
    this.url = queue.url;
    this.widgets = queue.widgets;
    this.registerOutputs({ url: this.url });
  }
}

/** A filter that lets some types of event through; undefined for all. */
export const ofTypes = (eventTypes: readonly string[] | undefined): AttributeFilter | undefined =>
  eventTypes === undefined ? undefined : { event_type: eventTypes };
