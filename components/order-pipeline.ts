import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../settings";
import type { Alarms } from "./building-blocks/alarms";
import { Dashboard } from "./building-blocks/dashboard";
import { EncryptionKey } from "./building-blocks/encryption-key";
import { EventBus } from "./building-blocks/event-bus";
import { FileIntake } from "./file-intake";
import { Fulfilment } from "./fulfilment";
import { Notifications } from "./notifications";
import { OrderApi } from "./order-api";
import { orderDashboard } from "./order-dashboard";
import { OrderEvents } from "./order-events";
import { OrderProducer } from "./order-producer";
import { OrderRelay } from "./order-relay";
import { OrderTable } from "./order-table";
import { makePlatform, type Platform } from "./platform";
import { Reconciliation } from "./reconciliation";
import { TopicIntake } from "./topic-intake";

/** The whole flow, in the sequence of the picture in README.md: each leg is a component with a file of its own. */
export class OrderPipeline extends pulumi.ComponentResource {
  readonly table: OrderTable;
  readonly api: OrderApi;
  readonly topicIntake: TopicIntake;
  readonly fileIntake: FileIntake;
  readonly producer: OrderProducer;
  readonly bus: EventBus;
  readonly relay: OrderRelay;
  readonly fulfilment: Fulfilment;
  readonly reconciliation: Reconciliation;
  readonly events: OrderEvents;
  /** Undefined without a Slack webhook. */
  readonly notifications: Notifications | undefined;
  readonly alarms: Alarms;
  readonly dashboard: Dashboard;
  /** Namespace of the pipeline's own metrics, and the dimension that separates this stack's from those of other stacks. */
  readonly metrics: Platform["metrics"];

  constructor(name: string, settings: Settings, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:OrderPipeline", name, {}, options);
    const child = { parent: this };
    const { region } = settings;
    const platform = makePlatform(name, settings, child);
    this.metrics = platform.metrics;

    this.table = new OrderTable(`${name}-table`, { platform, warmThroughput: settings.warmThroughput }, child);
    this.api = new OrderApi(name, { platform, table: this.table, ...settings }, child);
    this.topicIntake = new TopicIntake(name, { platform, table: this.table, ...settings }, child);
    this.fileIntake = new FileIntake(
      name,
      { platform, inbox: this.topicIntake.inbox, accessLogBucket: settings.accessLogBucket },
      child,
    );
    this.producer = new OrderProducer(name, { platform, topic: this.topicIntake.topic, ...settings }, child);
    this.bus = new EventBus(
      `${name}-bus`,
      { ...platform, deadLetterKey: busDeadLetterKey(name, platform, child) },
      child,
    );
    this.relay = new OrderRelay(name, { platform, table: this.table, bus: this.bus }, child);
    this.fulfilment = new Fulfilment(
      name,
      {
        platform,
        table: this.table,
        bus: this.bus,
        payment: { url: settings.paymentUrl, key: settings.paymentKey },
        shipping: { url: settings.shippingUrl, key: settings.shippingKey },
      },
      child,
    );
    this.reconciliation = new Reconciliation(name, { platform, table: this.table, bus: this.bus, ...settings }, child);

    this.events = new OrderEvents(
      name,
      { platform, bus: this.bus, ordersUrl: pulumi.interpolate`${this.api.endpoint}/orders`, ...settings },
      child,
    );

    const { slackWebhookUrl } = settings;
    this.notifications =
      slackWebhookUrl === undefined
        ? undefined
        : new Notifications(name, { platform, orderEvents: this.events.topic, slackWebhookUrl }, child);

    this.alarms = platform.alarms;
    const notFlowing = declareNotFlowing(name, this.alarms, child);
    const bands = orderDashboard({
      metrics: platform.metrics,
      runbooks: settings.runbooks,
      notFlowing: notFlowing.arn,
      alarms: this.alarms.arns,
      parts: [
        this.api,
        this.topicIntake,
        this.fileIntake,
        this.producer,
        this.table,
        this.relay,
        this.bus,
        this.fulfilment,
        this.reconciliation,
        this.events,
        ...(this.notifications === undefined ? [] : [this.notifications]),
      ],
    });
    this.dashboard = new Dashboard(name, { region, bands }, child);
    this.registerOutputs({ endpoint: this.api.endpoint });
  }
}

/** For events that the bus could not encrypt: they lie in its dead-letter queue when the stack's key cannot be used. */
const busDeadLetterKey = (
  name: string,
  { key, accountId, region, protect }: Platform,
  options: pulumi.ComponentResourceOptions,
): EncryptionKey | undefined =>
  key === undefined ? undefined : new EncryptionKey(`${name}-bus-dlq-key`, { accountId, region, protect }, options);

/** The one alarm to look at first: on while any alarm is that stops orders from flowing. */
const declareNotFlowing = (name: string, alarms: Alarms, options: pulumi.CustomResourceOptions) =>
  alarms.declareAnyOf(
    `${name}-not-flowing`,
    {
      description:
        "Orders are not flowing: they are not accepted, not passed on or not fulfilled. Customers are affected. The alarms behind it show where orders are stuck.",
      runbook: "orders-are-not-flowing",
      alarms: [
        `${name}-api-fails-often`,
        `${name}-inbox-waits`,
        `${name}-relay-behind`,
        `${name}-relay-dlq-not-empty`,
        `${name}-placed-fails-to-deliver`,
        `${name}-fulfilment-waits`,
        `${name}-fulfilment-dlq-not-empty`,
        `${name}-open-too-long`,
      ],
    },
    options,
  );
