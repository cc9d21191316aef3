import type { Stack, StackResource } from "./stack";
import { at, itemsOf, unknown } from "./value";

export interface Metric {
  readonly namespace: string;
  readonly names: readonly string[];
  /** The dimension that names the resource. */
  readonly dimension: string;
}

/** Whether an alarm of the stack watches one of these metrics of a resource, by itself or in a metric query. */
export const isWatched = (stack: Stack, resource: StackResource, metric: Metric): boolean =>
  stack.of("aws:cloudwatch/metricAlarm:MetricAlarm").some((alarm) => {
    const { properties } = alarm;
    if (is(properties["namespace"], [metric.namespace]) && is(properties["metricName"], metric.names)) {
      return stack.refers(alarm, "dimensions", resource, metric.dimension);
    }
    return itemsOf(properties["metricQueries"]).some(
      (query, index) =>
        is(at(query, "metric", "namespace"), [metric.namespace]) &&
        is(at(query, "metric", "metricName"), metric.names) &&
        stack.refers(alarm, "metricQueries", resource, index, "metric", "dimensions", metric.dimension),
    );
  });

const is = (value: unknown, allowed: readonly string[]): boolean =>
  value === unknown || (typeof value === "string" && allowed.includes(value));
