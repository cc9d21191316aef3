import { type CloudWatchClient, PutMetricDataCommand, type StandardUnit } from "@aws-sdk/client-cloudwatch";
import type { OpenOrderGauges, OpenOrderMeasures } from "./open-order-gauges";

const units: Readonly<Record<keyof OpenOrderMeasures, StandardUnit>> = {
  OpenOrdersBeyondLimit: "Count",
  OldestOpenOrderAge: "Seconds",
  OpenOrdersLeft: "Count",
};

/**
 * Gauges beside the function's counters: same namespace, same dimension. By a call, because a line of log is read when
 * the invocation is over, which for one that runs out of time is too late.
 */
export const cloudwatchOpenOrderGauges = (
  client: CloudWatchClient,
  namespace: string,
  functionName: string,
): OpenOrderGauges => ({
  publish: async (measures) => {
    const put = new PutMetricDataCommand({
      Namespace: namespace,
      MetricData: Object.entries(units).map(([name, Unit]) => ({
        MetricName: name,
        Dimensions: [{ Name: "FunctionName", Value: functionName }],
        // The keys of `units` are those of the measures.
        Value: measures[name as keyof OpenOrderMeasures],
        Unit,
      })),
    });
    await client.send(put);
  },
});
