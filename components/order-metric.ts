import type { DividedMetricName, DivisionOf, OrderMetricName, PlainMetricName } from "../runtime/orders/order-metrics";
import type { DrawnMetric } from "./building-blocks/dashboard";
import type { Platform } from "./platform";

/** A metric of the pipeline's own, as an alarm watches it. */
export interface OrderMetric {
  readonly namespace: string;
  readonly metric: OrderMetricName;
  readonly dimensions: Readonly<Record<string, string>>;
}

interface OrderMetricOf {
  ({ metrics }: Pick<Platform, "metrics">, metric: PlainMetricName): OrderMetric;
  <Name extends DividedMetricName>(
    { metrics }: Pick<Platform, "metrics">,
    metric: Name,
    division: DivisionOf<Name>,
  ): OrderMetric;
}

/** One metric of this stack; a name or a division that handlers do not count does not compile. */
export const orderMetric: OrderMetricOf = (
  { metrics }: Pick<Platform, "metrics">,
  metric: OrderMetricName,
  division: Readonly<Record<string, string>> = {},
): OrderMetric => ({
  namespace: metrics.namespace,
  metric,
  dimensions: { Stack: metrics.stack, ...division },
});

/** The same as a line of a graph, called by its name unless a label says more. */
export const drawn = (
  metric: OrderMetric,
  statistic: DrawnMetric["statistic"],
  options: Partial<Pick<DrawnMetric, "label" | "right">> = {},
): DrawnMetric => ({ ...metric, statistic, label: metric.metric, ...options });
