import { writeMetrics } from "../lambda/embedded-metrics";
import {
  type DividedMetricName,
  type DivisionOf,
  defaultMetricsNamespace,
  orderMetrics,
  type PlainMetricName,
} from "./order-metrics";

type MetricValue = number | readonly number[];

/** Namespace and dimensions of every metric, from the environment. `Stack` separates the stacks of an account. */
export const metricsTarget = () => ({
  namespace: process.env["METRICS_NAMESPACE"] ?? defaultMetricsNamespace,
  dimensions: { Stack: process.env["METRICS_STACK"] ?? "local" },
});

/** Records metrics of one moment, in one log line. */
export const record = (values: Readonly<Partial<Record<PlainMetricName, MetricValue>>>): void => {
  writeMetrics({
    ...metricsTarget(),
    metrics: Object.fromEntries(
      // The keys of the values are names of metrics.
      Object.entries(values).map(([name, value]) => [
        name,
        { unit: orderMetrics[name as PlainMetricName].unit, value },
      ]),
    ),
  });
};

/** Records a metric that is divided by a further dimension. */
export const recordBy = <Name extends DividedMetricName>(
  name: Name,
  division: DivisionOf<Name>,
  value: MetricValue = 1,
): void => {
  const { namespace, dimensions } = metricsTarget();
  writeMetrics({
    namespace,
    dimensions: { ...dimensions, ...division },
    metrics: { [name]: { unit: orderMetrics[name].unit, value } },
  });
};
