import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import { orderEventSource, orderEventTypes } from "../runtime/orders/order-event";
import { transformOrderEventHandler } from "../runtime/partners/transform-order-event-handler";
import { asOneStep, type DashboardWidget } from "./building-blocks/dashboard";
import type { EventBus } from "./building-blocks/event-bus";
import { Topic } from "./building-blocks/topic";
import { Webhook, webhookName } from "./building-blocks/webhook";
import { WorkQueue } from "./building-blocks/work-queue";
import { ofTypes, PartnerQueue, type PartnerQueueArgs } from "./partner-queue";
import type { Platform } from "./platform";
import { watchFailedWork } from "./watch-failed-work";

export interface OrderEventsArgs {
  readonly platform: Platform;
  readonly bus: EventBus;
  /** URL of the API's orders: the `source` of every event. */
  readonly ordersUrl: pulumi.Input<string>;
  readonly partners: readonly (Pick<PartnerQueueArgs, "eventTypes" | "accountId"> & { readonly name: string })[];
  readonly webhooks: readonly { readonly url: string; readonly eventTypes?: readonly string[] | undefined }[];
  /** Gets an e-mail for each rejected order, once the address has confirmed the subscription. Default: nobody. */
  readonly rejectionEmail?: string | undefined;
}

/** Publishes every event of the bus as a CloudEvent to a topic, and subscribes partners, webhooks and e-mail to it. */
export class OrderEvents extends pulumi.ComponentResource {
  readonly topic: Topic;
  readonly queue: WorkQueue;
  /** By the partners' names. */
  readonly partnerQueueUrls: Readonly<Record<string, pulumi.Output<string>>>;
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, args: OrderEventsArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:OrderEvents", name, {}, options);
    const child = { parent: this };
    const { platform } = args;
    this.topic = new Topic(
      `${name}-events`,
      { alarms: platform.alarms, key: platform.key?.arn ?? "alias/aws/sns" },
      child,
    );

    const changed = args.bus.rule(`${name}-changed`, {
      description: "Every change of an order, for partners",
      pattern: { source: [orderEventSource] },
    });
    // A queue in between loses nothing when SNS is down, and can be redriven (docs/decisions/0020).
    this.queue = new WorkQueue(
      `${name}-transform`,
      {
        ...platform,
        deadLetterMeaning:
          "Events could not be published to partners in 5 attempts; orders themselves are not affected. Read the log of transform-order-event for the reason, fix it, then redrive the dead-letter queue; it is safe to repeat.",
      },
      child,
    );
    changed.to(this.queue);
    const transform = this.queue.consumedBy(
      `${name}-transform-order-event`,
      {
        ...platform,
        callback: transformOrderEventHandler,
        environment: { ORDER_EVENTS_TOPIC_ARN: this.topic.arn, ORDERS_URL: args.ordersUrl },
        grants: [this.topic.grantPublish()],
        batchSize: 10,
        maximumConcurrency: platform.concurrency ?? 50,
        reserved: platform.concurrency !== undefined,
      },
      child,
    );

    const { topic } = this;
    const partners = args.partners.map(({ name: partner, ...wants }) => ({
      partner,
      queue: new PartnerQueue(`${name}-partner-${partner}`, { platform, topic, ...wants }, child),
    }));
    this.partnerQueueUrls = Object.fromEntries(partners.map(({ partner, queue }) => [partner, queue.url]));
    const webhooks = args.webhooks.map(({ url, eventTypes }) => {
      return new Webhook(webhookName(name, url), { ...platform, topic, url, filter: ofTypes(eventTypes) }, child);
    });
    if (args.rejectionEmail !== undefined) {
      const filterPolicy = JSON.stringify({ event_type: [orderEventTypes.REJECTED] });
      new sns.TopicSubscription(
        `${name}-rejections-email`,
        { topic: topic.arn, protocol: "email", endpoint: args.rejectionEmail, filterPolicy },
        child,
      );
    }

    const failedWork = watchFailedWork(name, { platform, Step: "transform-order-event" }, child);
    const subscribers = [...partners.map(({ queue }) => queue), ...webhooks];
    this.widgets = [
      ...asOneStep(`${name}-transform`, [this.queue, transform, failedWork]),
      ...[this.topic, ...subscribers].flatMap(({ widgets }) => widgets),
    ];
    this.registerOutputs({ topicArn: topic.arn });
  }
}
