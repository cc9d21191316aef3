import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import { orderEventSource } from "../runtime/orders/order-event";
import { transformOrderEventHandler } from "../runtime/partners/transform-order-event-handler";
import { CallbackFunction } from "./building-blocks/callback-function";
import type { DashboardWidget } from "./building-blocks/dashboard";
import type { EventBus } from "./building-blocks/event-bus";
import type { Platform } from "./building-blocks/platform";
import { Topic } from "./building-blocks/topic";
import { Webhook, type WebhookArgs, webhookName } from "./building-blocks/webhook";
import { WorkQueue } from "./building-blocks/work-queue";
import { PartnerQueue, type PartnerQueueArgs } from "./partner-queue";

export interface OrderEventsArgs {
  readonly platform: Platform;
  readonly bus: EventBus;
  /** URL of the API's orders: the `source` of every event. */
  readonly ordersUrl: pulumi.Input<string>;
  readonly partners: readonly (Pick<PartnerQueueArgs, "eventTypes" | "accountId"> & { readonly name: string })[];
  readonly webhooks: readonly Pick<WebhookArgs, "url" | "eventTypes">[];
  /** Gets an e-mail for each rejected order, once the address has confirmed the subscription. Default: nobody. */
  readonly rejectionEmail?: string | undefined;
}

/** From the bus to those outside: every event as a CloudEvent on a topic, and who subscribes to it. */
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
    this.topic = new Topic(`${name}-events`, { key: platform.key?.arn ?? "alias/aws/sns" }, child);

    const changed = args.bus.rule(`${name}-changed`, {
      description: "Every change of an order, for those outside",
      pattern: { source: [orderEventSource] },
    });
    // A queue in between loses nothing when SNS is down, and can be redriven (docs/decisions/0020).
    this.queue = new WorkQueue(
      `${name}-transform`,
      {
        platform,
        consumerTimeout: 10,
        senders: [changed.sender()],
        deadLetterMeaning:
          "Events could not be published to partners in 5 tries and wait; orders themselves go on. Read the log of transform-order-event for the reason, mend it, then redrive the dead-letter queue; repeating is safe.",
      },
      child,
    );
    changed.to(this.queue);
    const transform = new CallbackFunction(
      `${name}-transform-order-event`,
      {
        platform,
        callback: transformOrderEventHandler,
        environment: { ORDER_EVENTS_TOPIC_ARN: this.topic.arn, ORDERS_URL: args.ordersUrl },
        grants: [this.queue.grantConsume(), this.topic.grantPublish()],
      },
      child,
    );
    this.queue.consumedBy(transform, { batchSize: 10, maximumConcurrency: platform.reservedConcurrency ?? 50 });

    const topicArn = this.topic.arn;
    const partners = args.partners.map(({ name: partner, ...wants }) => ({
      partner,
      queue: new PartnerQueue(`${name}-partner-${partner}`, { platform, topicArn, ...wants }, child),
    }));
    this.partnerQueueUrls = Object.fromEntries(partners.map(({ partner, queue }) => [partner, queue.url]));
    for (const webhook of args.webhooks) {
      new Webhook(webhookName(name, webhook.url), { platform, topicArn, ...webhook }, child);
    }
    if (args.rejectionEmail !== undefined) {
      const filterPolicy = JSON.stringify({ event_type: ["OrderRejected"] });
      new sns.TopicSubscription(
        `${name}-rejections-email`,
        { topic: topicArn, protocol: "email", endpoint: args.rejectionEmail, filterPolicy },
        child,
      );
    }

    const shown = [this.topic, this.queue, transform, ...partners.map(({ queue }) => queue)];
    this.widgets = shown.flatMap(({ widgets }) => widgets);
    this.registerOutputs({ topicArn });
  }
}
