import * as pulumi from "@pulumi/pulumi";
import { notifyHandler } from "../runtime/notifications/notify-handler";
import { CallbackFunction } from "./building-blocks/callback-function";
import type { DashboardWidget } from "./building-blocks/dashboard";
import type { Platform } from "./building-blocks/platform";
import { SecretParameter } from "./building-blocks/secret-parameter";
import { subscribeQueue } from "./building-blocks/subscribe-queue";
import { WorkQueue } from "./building-blocks/work-queue";

export interface NotificationsArgs {
  readonly platform: Platform;
  /** The topic of order events, of which the rejected orders are told. */
  readonly orderEventsArn: pulumi.Input<string>;
  /** Slack's incoming webhook. */
  readonly slackWebhookUrl: pulumi.Output<string>;
}

/** Seconds: longer than the patience that a post to Slack has. */
const timeout = 30;

/** Posts alarms and rejected orders to Slack. Through a queue, so that Slack being down holds nothing up. */
export class Notifications extends pulumi.ComponentResource {
  readonly queue: WorkQueue;
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, args: NotificationsArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:Notifications", name, {}, options);
    const child = { parent: this };
    const { platform, orderEventsArn, slackWebhookUrl } = args;
    const alarmsArn = platform.alarms.topic.arn;
    this.queue = new WorkQueue(
      `${name}-notifications`,
      {
        platform,
        consumerTimeout: timeout,
        topics: [orderEventsArn, alarmsArn],
        deadLetterMeaning:
          "Slack did not take notifications in 5 tries; orders are not concerned. Read the log of notify for the reason; once it is mended, redrive the dead-letter queue, or delete what is no news any more.",
      },
      child,
    );
    const rejected = { event_type: ["OrderRejected"] };
    subscribeQueue(`${name}-rejected`, { topicArn: orderEventsArn, queue: this.queue, filter: rejected }, child);
    subscribeQueue(`${name}-alarms`, { topicArn: alarmsArn, queue: this.queue }, child);

    const webhook = new SecretParameter(`${name}-slack-webhook`, { value: slackWebhookUrl, platform }, child);
    const notify = new CallbackFunction(
      `${name}-notify`,
      {
        platform,
        callback: notifyHandler,
        environment: { SLACK_WEBHOOK_PARAMETER: webhook.name },
        grants: [this.queue.grantConsume(), webhook.grantRead()],
        timeout,
      },
      child,
    );
    // Slack takes about one message a second from a webhook: the fewest consumers there can be, one message each.
    this.queue.consumedBy(notify, { batchSize: 1, maximumConcurrency: 2 });
    this.widgets = [this.queue, notify].flatMap(({ widgets }) => widgets);
    this.registerOutputs({});
  }
}
