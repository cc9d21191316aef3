import * as z from "zod";
import { AwsError } from "../../kernel/endpoint/aws-service";
import type { MetricIdentity } from "./metric-store";
import {
  checkMonitoring,
  dimensionList,
  dimensionsAnswer,
  type MonitoringAction,
  readRequest,
  time,
} from "./monitoring-request";

const datumSchema = z.object({
  MetricName: z.string().min(1),
  Dimensions: dimensionList,
  Timestamp: time.optional(),
  Value: z.number().optional(),
  Values: z.array(z.number()).max(150).optional(),
  Counts: z.array(z.number()).optional(),
  StatisticValues: z
    .object({ SampleCount: z.number(), Sum: z.number(), Minimum: z.number(), Maximum: z.number() })
    .optional(),
  Unit: z.string().optional(),
});

export const putMetricData: MonitoringAction = (parts, input, principal) => {
  const schema = z.object({ Namespace: z.string().min(1), MetricData: z.array(datumSchema).max(1000).default([]) });
  const { Namespace: namespace, MetricData } = readRequest(schema, input);
  if (namespace.startsWith("AWS/")) {
    throw new AwsError("InvalidParameterValue", `The value AWS/ for parameter Namespace is invalid: ${namespace}`);
  }
  checkMonitoring(parts, principal, "PutMetricData", { context: { "cloudwatch:namespace": namespace } });
  for (const datum of MetricData) {
    const identity: MetricIdentity = { namespace, name: datum.MetricName, dimensions: datum.Dimensions };
    const options = {
      ...(datum.Timestamp === undefined ? {} : { at: datum.Timestamp }),
      ...(datum.Unit === undefined ? {} : { unit: datum.Unit }),
    };
    const values = datum.Values ?? (datum.Value === undefined ? [] : [datum.Value]);
    for (const [index, value] of values.entries()) {
      parts.store.record(identity, value, { ...options, count: datum.Counts?.[index] ?? 1 });
    }
    if (datum.StatisticValues !== undefined) {
      const { SampleCount: count, Sum: sum, Minimum: minimum, Maximum: maximum } = datum.StatisticValues;
      parts.store.recordStatistics(identity, { count, sum, minimum, maximum }, options);
    }
  }
  return {};
};

export const listMetrics: MonitoringAction = (parts, input, principal) => {
  const schema = z.object({
    Namespace: z.string().optional(),
    MetricName: z.string().optional(),
    Dimensions: z.array(z.object({ Name: z.string(), Value: z.string().optional() })).default([]),
  });
  const { Namespace, MetricName, Dimensions } = readRequest(schema, input);
  checkMonitoring(parts, principal, "ListMetrics");
  const wanted = ({ namespace, name, dimensions }: MetricIdentity): boolean =>
    (Namespace === undefined || namespace === Namespace) &&
    (MetricName === undefined || name === MetricName) &&
    Dimensions.every(({ Name, Value }) => (Value === undefined ? Name in dimensions : dimensions[Name] === Value));
  return {
    Metrics: parts.store
      .metrics()
      .filter(wanted)
      .map(({ namespace, name, dimensions }) => ({
        Namespace: namespace,
        MetricName: name,
        Dimensions: dimensionsAnswer(dimensions),
      })),
  };
};
