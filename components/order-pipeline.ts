import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../settings";
import { Alarms } from "./building-blocks/alarms";
import { Dashboard } from "./building-blocks/dashboard";
import { EncryptionKey } from "./building-blocks/encryption-key";
import { EventBus } from "./building-blocks/event-bus";
import { LogQueries } from "./building-blocks/log-queries";
import { PrivateNetwork } from "./building-blocks/private-network";
import { FileIntake } from "./file-intake";
import { Fulfilment } from "./fulfilment";
import { Notifications } from "./notifications";
import { OrderApi } from "./order-api";
import { orderDashboard } from "./order-dashboard";
import { OrderEvents } from "./order-events";
import { orderLogQueries } from "./order-log-queries";
import { OrderProducer } from "./order-producer";
import { OrderRelay } from "./order-relay";
import { OrderTable } from "./order-table";
import type { Platform } from "./platform";
import { Reconciliation } from "./reconciliation";
import { TopicIntake } from "./topic-intake";

/** AWS APIs that the functions call; with a VPC each is reached inside it, so that only calls of payment, shipping and Slack leave it. */
const calledApis = ["events", "monitoring", "sns", "sqs", "ssm", "sync-states"];

/** The whole flow: an order comes in by the API, is kept in the table, and leaves through the table's stream. */
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
  /** Namespace of the pipeline's own metrics, and what tells this stack's from others'. */
  readonly metrics: Platform["metrics"];

  constructor(name: string, settings: Settings, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:OrderPipeline", name, {}, options);
    const child = { parent: this };
    const { region } = settings;
    const platform = this.platform(name, settings);
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
      { ...platform, deadLetterKey: this.busDeadLetterKey(name, platform) },
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
    const notFlowing = this.alarms.declareAnyOf(
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
      child,
    );
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

  /** The stack's key is what is out of use when events lie in the bus's dead-letter queue. */
  private busDeadLetterKey(name: string, { key, accountId, region, protect }: Platform): EncryptionKey | undefined {
    if (key === undefined) return undefined;
    return new EncryptionKey(`${name}-bus-dlq-key`, { accountId, region, protect }, { parent: this });
  }

  /** What all parts share: the key, the alarms, the network. */
  private platform(name: string, settings: Settings): Platform {
    const child = { parent: this };
    const { region, protect, logRetentionDays, reservedConcurrency, publisherAccounts } = settings;
    const { accountId } = getCallerIdentityOutput({}, child);
    const consumerAccounts = settings.partners.flatMap(({ accountId: partner }) => partner ?? []);
    const key = new EncryptionKey(
      `${name}-key`,
      { accountId, region, protect, consumerAccounts, publisherAccounts },
      child,
    );
    return {
      accountId,
      region,
      permissionsBoundary:
        settings.permissionsBoundary === undefined
          ? undefined
          : pulumi.interpolate`arn:aws:iam::${accountId}:policy/${settings.permissionsBoundary}`,
      protect,
      logRetentionDays,
      concurrency: reservedConcurrency,
      logQueries: new LogQueries(`${name}-logs`, { queries: orderLogQueries }, child),
      metrics: { namespace: settings.metricsNamespace, stack: `${pulumi.getProject()}-${pulumi.getStack()}` },
      alarms: new Alarms(
        `${name}-alarms`,
        { key, accountId, email: settings.alertEmail, runbooks: settings.runbooks },
        child,
      ),
      stackKey: key,
      key: settings.customerManagedKey ? key : undefined,
      network: settings.vpc
        ? new PrivateNetwork(`${name}-network`, { region, endpoints: calledApis }, child)
        : undefined,
    };
  }
}
