import * as z from "zod";
import { AwsError } from "../../kernel/endpoint/aws-service";
import { type MetricQuery, prepareQueries } from "./metric-queries";
import { checkMonitoring, dimensionList, type MonitoringAction, readRequest, time } from "./monitoring-request";

const querySchema = z.object({
  Id: z.string(),
  Label: z.string().optional(),
  Expression: z.string().optional(),
  ReturnData: z.boolean().default(true),
  Period: z.number().min(1).optional(),
  MetricStat: z
    .object({
      Metric: z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensionList }),
      Period: z.number().min(5),
      Stat: z.string(),
    })
    .optional(),
});

const queryOf = ({ Id, Label, Expression, ReturnData, MetricStat }: z.output<typeof querySchema>): MetricQuery => ({
  id: Id,
  label: Label,
  returnData: ReturnData,
  expression: Expression,
  metric: MetricStat && {
    namespace: MetricStat.Metric.Namespace,
    name: MetricStat.Metric.MetricName,
    dimensions: MetricStat.Metric.Dimensions,
    statistic: MetricStat.Stat,
    periodSeconds: MetricStat.Period,
  },
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const mostDatapointsOfQueries = 100_800;

export const getMetricData: MonitoringAction = (parts, input, principal) => {
  const schema = z.object({
    MetricDataQueries: z.array(querySchema).max(500),
    StartTime: time,
    EndTime: time,
    ScanBy: z.enum(["TimestampDescending", "TimestampAscending"]).default("TimestampDescending"),
  });
  const { MetricDataQueries, StartTime, EndTime, ScanBy } = readRequest(schema, input);
  checkMonitoring(parts, principal, "GetMetricData");
  const queries = MetricDataQueries.map(queryOf);
  const prepared = answered(() => prepareQueries(parts.store, queries));
  const shortest = Math.min(...MetricDataQueries.map(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? 60));
  if ((EndTime - StartTime) / (shortest * 1000) > mostDatapointsOfQueries) {
    throw new AwsError(
      "ValidationError",
      `A query of ${shortest} s periods over this time range has more than ${mostDatapointsOfQueries} datapoints: ask for longer periods or less time.`,
    );
  }
  const longest = Math.max(60, ...queries.flatMap(({ metric }) => metric?.periodSeconds ?? []));
  return {
    Messages: [],
    MetricDataResults: queries
      .filter(({ returnData }) => returnData)
      .map(({ id, label, metric }, index) => {
        const period = (metric?.periodSeconds ?? MetricDataQueries[index]?.Period ?? longest) * 1000;
        const points = seriesOf(
          answered(() => prepared.value(id)),
          StartTime,
          EndTime,
          period,
        );
        if (ScanBy === "TimestampDescending") points.reverse();
        return {
          Id: id,
          Label: label ?? metric?.name ?? id,
          StatusCode: "Complete",
          Timestamps: points.map(({ start }) => start / 1000),
          Values: points.map(({ value }) => value),
        };
      }),
  };
};

const answered = <Result>(work: () => Result): Result => {
  try {
    return work();
  } catch (error) {
    throw new AwsError("ValidationError", error instanceof Error ? error.message : String(error));
  }
};

const seriesOf = (
  value: (start: number, end: number) => number | undefined,
  from: number,
  to: number,
  period: number,
): { start: number; value: number }[] => {
  const points: { start: number; value: number }[] = [];
  for (let start = Math.floor(from / period) * period; start < to; start += period) {
    const found = value(start, start + period);
    if (found !== undefined) points.push({ start, value: found });
  }
  return points;
};

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
const mostDatapoints = 1_440;

export const getMetricStatistics: MonitoringAction = (parts, input, principal) => {
  const schema = z.object({
    Namespace: z.string(),
    MetricName: z.string(),
    Dimensions: dimensionList,
    StartTime: time,
    EndTime: time,
    Period: z.number().min(5),
    Statistics: z.array(z.string()).default([]),
    ExtendedStatistics: z.array(z.string()).default([]),
  });
  const request = readRequest(schema, input);
  const asked = Math.ceil((request.EndTime - request.StartTime) / (request.Period * 1000));
  if (asked > mostDatapoints) {
    throw new AwsError(
      "InvalidParameterCombination",
      `You have requested up to ${asked} datapoints, which exceeds the limit of ${mostDatapoints}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
  }
  checkMonitoring(parts, principal, "GetMetricStatistics");
  const identity = { namespace: request.Namespace, name: request.MetricName, dimensions: request.Dimensions };
  const period = request.Period * 1000;
  const statistic = (name: string, start: number) => parts.store.statistic(identity, name, start, start + period);
  const count = (start: number) => statistic("SampleCount", start);
  return {
    Label: request.MetricName,
    Datapoints: seriesOf(count, request.StartTime, request.EndTime, period).map(({ start }) => ({
      Timestamp: start / 1000,
      Unit: parts.store.unitOf(identity) ?? "None",
      ...Object.fromEntries(request.Statistics.map((name) => [name, statistic(name, start)])),
      ...(request.ExtendedStatistics.length === 0
        ? {}
        : {
            ExtendedStatistics: Object.fromEntries(
              request.ExtendedStatistics.map((name) => [name, statistic(name, start)]),
            ),
          }),
    })),
  };
};
