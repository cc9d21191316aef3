import type { MetricUnit } from "../lambda/embedded-metrics";

/** Namespace of the metrics unless the setting `metricsNamespace` names another one. */
export const defaultMetricsNamespace = "OrderPipeline";

interface OrderMetricDefinition {
  readonly unit: MetricUnit;
  /** A further dimension, with its few values. */
  readonly by?: Readonly<Record<string, readonly string[]>>;
}

const channels = ["api", "topic", "file"] as const;

/**
 * Every metric of the pipeline's own: what handlers count, the dashboard draws and alarms watch, in the namespace of the
 * settings and by the dimension `Stack`. What AWS counts itself is not counted again.
 */
export const orderMetrics = {
  /** Orders accepted: counted by whoever made the conditional write. A repeat finds the order there, and is replayed. */
  OrdersReceived: { unit: "Count", by: { Channel: channels } },
  /** Orders that were sent again under their key and got the first answer. */
  OrdersReplayed: { unit: "Count", by: { Channel: channels } },
  /** Invalid requests of the API, messages and rows of files. */
  RequestsRefused: { unit: "Count", by: { Channel: channels } },

  /** Orders that ended: shipped, rejected or cancelled. Counted by the relay, as are the next four. */
  OrdersProcessed: { unit: "Count" },
  OrdersShipped: { unit: "Count" },
  OrdersRejected: { unit: "Count" },
  OrdersCancelled: { unit: "Count" },
  /** From the acceptance of an order to its shipment. */
  TimeToShip: { unit: "Seconds" },

  /** How long calls of the payment service took; the number of samples is the number of calls. */
  PaymentLatency: { unit: "Milliseconds", by: { Outcome: ["taken", "declined", "failed"] } },
  RefundLatency: { unit: "Milliseconds", by: { Outcome: ["refunded", "failed"] } },
  /** The same for the shipping service. */
  ShippingLatency: { unit: "Milliseconds", by: { Outcome: ["shipped", "refused", "failed"] } },

  /** Messages and records that could not be processed and are retried. Lambda's own Errors counts whole invocations. */
  WorkFailed: {
    unit: "Count",
    by: { Step: ["import-orders", "relay-order-events", "fulfil-order", "transform-order-event", "notify"] },
  },

  FilesImported: { unit: "Count" },
  FilesRefused: { unit: "Count" },

  /** Events that reconcile-orders has published again. */
  OrdersSetGoing: { unit: "Count" },
  /** Orders that have been open for longer than the limit: measured by each run of reconcile-orders, as are the next two. */
  OpenOrdersBeyondLimit: { unit: "Count" },
  /** Since the oldest of them was placed; 0 when there are none. */
  OldestOpenOrderAge: { unit: "Seconds" },
  /** Those of them that are no longer restarted: a person must look at them. */
  OpenOrdersLeft: { unit: "Count" },
} as const satisfies Readonly<Record<string, OrderMetricDefinition>>;

type Definitions = typeof orderMetrics;

export type OrderMetricName = keyof Definitions;

/** Metrics with a dimension besides `Stack`. */
export type DividedMetricName = {
  [Name in OrderMetricName]: Definitions[Name] extends { readonly by: unknown } ? Name : never;
}[OrderMetricName];

export type PlainMetricName = Exclude<OrderMetricName, DividedMetricName>;

/** A value for each further dimension of a metric. */
export type DivisionOf<Name extends DividedMetricName> = Definitions[Name] extends {
  readonly by: infer By extends Readonly<Record<string, readonly string[]>>;
}
  ? { readonly [Dimension in keyof By]: By[Dimension][number] }
  : never;

/** Where an order came in. */
export type Channel = (typeof channels)[number];
