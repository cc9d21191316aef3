/** Units that CloudWatch knows, as far as they are used. */
export type MetricUnit = "Count" | "Seconds" | "Milliseconds";

export interface EmbeddedMetric {
  readonly unit: MetricUnit;
  /** One value, or several of the same moment. */
  readonly value: number | readonly number[];
}

export interface EmbeddedMetrics {
  readonly namespace: string;
  /** At most 30; every combination of values is a metric of its own, and is billed as one. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, EmbeddedMetric>>;
}

/** CloudWatch reads no more than 100 values of a metric from one line. */
const maxValues = 100;

/**
 * Measures in CloudWatch's embedded metric format: one line of log, and no call to another service. Straight to stdout,
 * because console would wrap the line when the function logs in JSON.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const writeMetrics = ({ namespace, dimensions, metrics }: EmbeddedMetrics): void => {
  const longest = Math.max(...Object.values(metrics).map(({ value }) => [value].flat().length));
  for (let from = 0; from < longest; from += maxValues) {
    const part = Object.entries(metrics).flatMap(([name, { unit, value }]) => {
      const values = [value].flat().slice(from, from + maxValues);
      return values.length === 0 ? [] : [{ name, unit, value: values.length === 1 ? values[0] : values }];
    });
    const line = {
      _aws: {
        Timestamp: Date.now(),
        CloudWatchMetrics: [
          {
            Namespace: namespace,
            Dimensions: [Object.keys(dimensions)],
            Metrics: part.map(({ name, unit }) => ({ Name: name, Unit: unit })),
          },
        ],
      },
      ...dimensions,
      ...Object.fromEntries(part.map(({ name, value }) => [name, value])),
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
};
