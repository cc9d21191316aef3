import * as pulumi from "@pulumi/pulumi";
import type { DashboardWidget } from "./building-blocks/dashboard";
import type { Platform } from "./building-blocks/platform";
import { subscribeQueue } from "./building-blocks/subscribe-queue";
import { WorkQueue } from "./building-blocks/work-queue";

export interface PartnerQueueArgs {
  readonly platform: Platform;
  /** The topic of order events. */
  readonly topicArn: pulumi.Input<string>;
  /** Types of event that the partner gets, such as `OrderRejected`. Default: all. */
  readonly eventTypes?: readonly string[] | undefined;
  /** The partner's AWS account, whose roles may then receive from the queue. Default: consumers are of this account. */
  readonly accountId?: string | undefined;
}

/** Seconds that a partner is assumed to need for a message; it is hidden from others for six times that. */
const consumerTimeout = 30;

/** A queue with the order events that one partner wants, each a CloudEvent as it was published. */
export class PartnerQueue extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, args: PartnerQueueArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:PartnerQueue", name, { eventTypes: args.eventTypes }, options);
    const { platform, topicArn, eventTypes, accountId } = args;
    const child = { parent: this };
    const queue = new WorkQueue(
      name,
      {
        platform,
        consumerTimeout,
        // A partner may read in batches, a few times an hour.
        maxWait: 3600,
        topics: [topicArn],
        consumerAccounts: accountId === undefined ? [] : [accountId],
        deadLetterMeaning: `The consumer of ${name} gave messages back 5 times, or SNS could not deliver them. Ask the partner for the reason; then redrive the dead-letter queue.`,
      },
      child,
    );
    const filter = eventTypes === undefined ? undefined : { event_type: eventTypes };
    subscribeQueue(name, { topicArn, queue, filter }, child);
    this.url = queue.url;
    this.widgets = queue.widgets;
    this.registerOutputs({ url: this.url });
  }
}
