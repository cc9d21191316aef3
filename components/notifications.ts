import * as pulumi from "@pulumi/pulumi";
import { notifyHandler } from "../runtime/notifications/notify-handler";
import { orderEventTypes } from "../runtime/orders/order-event";
import { asOneStep, type DashboardWidget } from "./building-blocks/dashboard";
import { SecretParameter } from "./building-blocks/secret-parameter";
import type { Topic } from "./building-blocks/topic";
import { WorkQueue } from "./building-blocks/work-queue";
import type { Platform } from "./platform";
import { watchFailedWork } from "./watch-failed-work";

export interface NotificationsArgs {
  readonly platform: Platform;
  /** The topic of order events; rejected orders are posted. */
  readonly orderEvents: Topic;
  /** Slack's incoming webhook. */
  readonly slackWebhookUrl: pulumi.Output<string>;
}

/** Seconds; longer than `patience` in slack-channel.ts, which limits the retries of a post. */
const timeout = 30;

/** Slack takes about one message a second from a webhook: the fewest consumers there can be, one message each. */
export const messagesAtOnce = 2;

/** Posts alarms and rejected orders to Slack. Through a queue, so that nothing waits while Slack is down. */
export class Notifications extends pulumi.ComponentResource {
  readonly queue: WorkQueue;
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, args: NotificationsArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:Notifications", name, {}, options);
    const child = { parent: this };
    const { platform, orderEvents, slackWebhookUrl } = args;
    this.queue = new WorkQueue(
      `${name}-notifications`,
      {
        ...platform,
        deadLetterMeaning:
          "Slack did not accept notifications in 5 attempts; orders are not affected. Read the log of notify for the reason. Once it is fixed, redrive the dead-letter queue, or delete what is out of date.",
      },
      child,
    );
    const rejected = { event_type: [orderEventTypes.REJECTED] };
    orderEvents.to(this.queue, { name: `${name}-rejected`, filter: rejected }, child);
    platform.alarms.topic.to(this.queue, { name: `${name}-alarms` }, child);

    const webhook = new SecretParameter(`${name}-slack-webhook`, { ...platform, value: slackWebhookUrl }, child);
    const notify = this.queue.consumedBy(
      `${name}-notify`,
      {
        ...platform,
        callback: notifyHandler,
        environment: { SLACK_WEBHOOK_PARAMETER: webhook.name },
        grants: [webhook.grantRead()],
        timeout,
        batchSize: 1,
        maximumConcurrency: messagesAtOnce,
        reserved: platform.concurrency !== undefined,
      },
      child,
    );
    const failedWork = watchFailedWork(name, { platform, Step: "notify" }, child);
    this.widgets = asOneStep(`${name}-notifications`, [this.queue, notify, failedWork]);
    this.registerOutputs({});
  }
}
