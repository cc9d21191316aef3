import * as pulumi from "@pulumi/pulumi";
import { maxTries } from "../runtime/reconciliation/reconcile-orders";
import { reconcileOrdersHandler } from "../runtime/reconciliation/reconcile-orders-handler";
import { CallbackFunction } from "./building-blocks/callback-function";
import { asOneStep, type DashboardWidget } from "./building-blocks/dashboard";
import type { EventBus } from "./building-blocks/event-bus";
import { FunctionSchedule } from "./building-blocks/function-schedule";
import { drawn, orderMetric } from "./order-metric";
import type { OrderTable } from "./order-table";
import type { Platform } from "./platform";

export interface ReconciliationArgs {
  readonly platform: Platform;
  readonly table: OrderTable;
  readonly bus: EventBus;
  /** Minutes that an order may be open. */
  readonly openOrderAlarmMinutes: number;
}

/** Minutes between two runs, at most: a shorter limit is also the time between two runs. */
const longestPause = 5;

/** Restarts orders that stopped moving: after a dropped stream record, a lost event, a purged queue. */
export class Reconciliation extends pulumi.ComponentResource {
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, args: ReconciliationArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:Reconciliation", name, {}, options);
    const child = { parent: this };
    const { platform, table, bus, openOrderAlarmMinutes: limit } = args;
    const every = Math.min(longestPause, limit);
    const reconcileOrders = new CallbackFunction(
      `${name}-reconcile-orders`,
      {
        ...platform,
        callback: reconcileOrdersHandler,
        environment: {
          ORDERS_TABLE: table.name,
          EVENT_BUS_NAME: bus.name,
          LIMIT_MINUTES: String(limit),
          EVERY_MINUTES: String(every),
        },
        grants: [
          ...table.grantListOpen(),
          bus.grantPutEvents(),
          // PutMetricData has no resource-level permissions; the namespace limits it.
          {
            actions: ["cloudwatch:PutMetricData"],
            resources: ["*"],
            condition: { StringEquals: { "cloudwatch:namespace": platform.metrics.namespace } },
          },
        ],
        // A run ends before the next one starts.
        timeout: 60 * every - 5,
      },
      child,
    );
    const schedule = new FunctionSchedule(
      `${name}-reconcile-schedule`,
      {
        ...platform,
        target: reconcileOrders,
        expression: `rate(${every} ${every === 1 ? "minute" : "minutes"})`,
        enabled: true,
        input: {},
      },
      child,
    );
    declareAlarms(name, { platform, limit, every, reconcileOrders }, child);
    this.widgets = [
      openOrdersWidget(platform, limit),
      ...asOneStep(`${name}-reconcile-orders`, [reconcileOrders, schedule, { widgets: [restartedWidget(platform)] }]),
    ];
    this.registerOutputs({});
  }
}

interface Watched {
  readonly platform: Platform;
  /** Minutes that an order may be open. */
  readonly limit: number;
  /** Minutes between two runs. */
  readonly every: number;
  readonly reconcileOrders: CallbackFunction;
}

const declareAlarms = (
  name: string,
  { platform, limit, every, reconcileOrders }: Watched,
  options: pulumi.CustomResourceOptions,
): void => {
  platform.alarms.declare(
    `${name}-open-too-long`,
    {
      description: `Orders have been open for more than ${limit} minutes, were restarted ${maxTries} times and made no progress. The log of ${name}-reconcile-orders has their IDs.`,
      runbook: "orders-open-too-long",
      ...orderMetric(platform, "OpenOrdersLeft"),
      statistic: "Maximum",
      above: 0,
      // Two runs, so that a late run does not look like one without open orders.
      period: 120 * every,
    },
    options,
  );
  platform.alarms.declare(
    `${name}-reconcile-orders-fails`,
    {
      description: `${name}-reconcile-orders failed in all attempts of a run: stalled orders are neither restarted nor counted. Read its log, newest errors first.`,
      runbook: "orders-open-too-long",
      namespace: "AWS/Lambda",
      metric: "Errors",
      dimensions: { FunctionName: reconcileOrders.function.name },
      statistic: "Sum",
      // Lambda retries a failed run twice, after one and two minutes.
      above: 2,
      period: 900,
    },
    options,
  );
};

const openOrdersWidget = (platform: Platform, limit: number): DashboardWidget => ({
  section: "outcome",
  title: `Orders open for more than ${limit} minutes`,
  metrics: [
    drawn(orderMetric(platform, "OpenOrdersBeyondLimit"), "Maximum", { label: "open" }),
    drawn(orderMetric(platform, "OpenOrdersLeft"), "Maximum", { label: "need attention" }),
    drawn(orderMetric(platform, "OldestOpenOrderAge"), "Maximum", { label: "age of the oldest, seconds", right: true }),
  ],
});

const restartedWidget = (platform: Platform): DashboardWidget => ({
  section: "flow",
  title: "restarted",
  metrics: [drawn(orderMetric(platform, "OrdersSetGoing"), "Sum", { label: "orders restarted" })],
});
