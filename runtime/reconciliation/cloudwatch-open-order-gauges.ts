import { type CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { orderMetrics } from "../orders/order-metrics";
import { type OpenOrderGauges, openOrderMeasures } from "./open-order-gauges";

/**
 * Gauges beside the pipeline's other metrics. By a call, because a line of log is read when the invocation is over, which
 * for one that runs out of time is too late.
 */
export const cloudwatchOpenOrderGauges = (
  client: CloudWatchClient,
  { namespace, dimensions }: { readonly namespace: string; readonly dimensions: Readonly<Record<string, string>> },
): OpenOrderGauges => ({
  publish: async (measures) => {
    const put = new PutMetricDataCommand({
      Namespace: namespace,
      MetricData: openOrderMeasures.map((name) => ({
        MetricName: name,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        Value: measures[name],
        Unit: orderMetrics[name].unit,
      })),
    });
    await client.send(put);
  },
});
