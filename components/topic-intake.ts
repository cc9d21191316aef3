import * as pulumi from "@pulumi/pulumi";
import { importOrdersHandler } from "../runtime/topic-intake/import-orders-handler";
import { asOneStep, type DashboardWidget } from "./building-blocks/dashboard";
import { type PolicyStatement, rolesOf } from "./building-blocks/policy-document";
import { Topic } from "./building-blocks/topic";
import { WorkQueue } from "./building-blocks/work-queue";
import type { OrderTable } from "./order-table";
import type { Platform } from "./platform";
import { watchFailedWork } from "./watch-failed-work";

export interface TopicIntakeArgs {
  readonly platform: Platform;
  readonly table: OrderTable;
  /** Other accounts that may publish orders, by their 12 digits. */
  readonly publisherAccounts: readonly string[];
}

/** Seconds that import-orders may take. */
const timeout = 30;

/** Batches of ten placed at the same time: a large file must not use up the table's capacity that the API needs. */
export const batchesAtOnce = 10;

/** Orders as messages: a topic for other systems, the inbox behind it, and the function that places them. */
export class TopicIntake extends pulumi.ComponentResource {
  readonly topic: Topic;
  readonly inbox: WorkQueue;
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, args: TopicIntakeArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:TopicIntake", name, {}, options);
    const child = { parent: this };
    const { platform, table, publisherAccounts } = args;
    this.topic = new Topic(
      `${name}-intake`,
      {
        alarms: platform.alarms,
        key: platform.stackKey.arn,
        publishers: (topicArn) => publisherAccounts.map((account) => allowPublisher(account, topicArn)),
      },
      child,
    );
    this.inbox = new WorkQueue(
      `${name}-inbox`,
      {
        ...platform,
        deadLetterMeaning:
          "Orders that came as messages were not accepted. The attributes error, field and reason of a message show why; a message without them failed five times, and the log of import-orders shows the reason. Fix it and send the message to the inbox again; it is safe to repeat.",
      },
      child,
    );
    // Not raw: the envelope has SNS's id of the message, which stays the same in every delivery.
    this.topic.to(this.inbox, { raw: false }, child);
    const importOrders = this.inbox.consumedBy(
      `${name}-import-orders`,
      {
        ...platform,
        callback: importOrdersHandler,
        environment: { ORDERS_TABLE: table.name, INBOX_DEAD_LETTERS_URL: this.inbox.deadLetters.url },
        grants: [table.grantPut(), this.inbox.deadLetters.grantSend()],
        timeout,
        batchSize: 10,
        maximumConcurrency: batchesAtOnce,
        reserved: platform.concurrency !== undefined,
      },
      child,
    );

    const failedWork = watchFailedWork(name, { platform, Step: "import-orders" }, child);
    this.widgets = [...this.topic.widgets, ...asOneStep(`${name}-inbox`, [this.inbox, importOrders, failedWork])];
    this.registerOutputs({ topicArn: this.topic.arn });
  }
}

/** Lets another account's roles publish. */
const allowPublisher = (accountId: string, topicArn: pulumi.Input<string>): PolicyStatement => ({
  Effect: "Allow",
  Action: "sns:Publish",
  Resource: topicArn,
  ...rolesOf(accountId),
});
