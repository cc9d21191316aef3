import type { MetricStore } from "../services/cloudwatch/metric-store";
import type { Plot, PlottedHour, PlottedSeries } from "./console-data";
import type { FlowNode } from "./flow/flow-parts";

const minuteMs = 60_000;
const minutes = 60;
/** Most lines in one plot: more could not be distinguished. */
const mostSeries = 6;

interface Wanted {
  readonly label: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: string;
}

/** The last hour by the minute, of the metrics that AWS keeps of each part of the flow. */
export const plottedHour = (
  store: Pick<MetricStore, "statistic">,
  nodes: readonly { readonly node: FlowNode; readonly label: string }[],
  now: number,
): PlottedHour => {
  const first = Math.floor(now / minuteMs) * minuteMs - (minutes - 1) * minuteMs;
  const times = Array.from({ length: minutes }, (_, index) => first + index * minuteMs);
  const series = ({ label, namespace, metric, dimensions, statistic }: Wanted): PlottedSeries => ({
    label,
    values: times.map(
      (at) => store.statistic({ namespace, name: metric, dimensions }, statistic, at, at + minuteMs) ?? null,
    ),
  });
  /** Those with the most in them, under the names that they have in the picture. */
  const busiest = (wanted: readonly Wanted[]): Pick<Plot, "series" | "of"> => {
    const all = wanted.map(series).filter(({ values }) => values.some((value) => value !== null && value > 0));
    const sorted = all.toSorted((one, other) => sum(other.values) - sum(one.values));
    return { series: sorted.slice(0, mostSeries), of: all.length };
  };
  const each = (kind: FlowNode["kind"], want: (node: FlowNode) => Omit<Wanted, "label">): readonly Wanted[] =>
    nodes.filter(({ node }) => node.kind === kind).map(({ node, label }) => ({ label, ...want(node) }));
  const ofFunctions = (metric: string, statistic: string): readonly Wanted[] =>
    each("function", ({ name }) => {
      return { namespace: "AWS/Lambda", metric, dimensions: { FunctionName: name }, statistic };
    });
  const ofApis = (label: string, metric: string, statistic: string): readonly Wanted[] =>
    each("api", ({ arn }) => {
      const dimensions = { ApiId: arn.split(":").at(-1) ?? "" };
      return { namespace: "AWS/ApiGateway", metric, dimensions, statistic };
    }).map((wanted) => ({ ...wanted, label: `${wanted.label} ${label}` }));
  const ofQueues = each("queue", ({ name }) => {
    const metric = "ApproximateNumberOfMessagesVisible";
    return { namespace: "AWS/SQS", metric, dimensions: { QueueName: name }, statistic: "Maximum" };
  });
  const requests = [...ofApis("all", "Count", "Sum"), ...ofApis("4xx", "4xx", "Sum"), ...ofApis("5xx", "5xx", "Sum")];
  const latencies = [...ofApis("p50", "Latency", "p50"), ...ofApis("p99", "Latency", "p99")];
  return {
    times,
    plots: [
      { title: "Requests a minute", unit: "count", ...busiest(requests) },
      { title: "Latency of the API", unit: "ms", ...busiest(latencies) },
      { title: "Invocations a minute", unit: "count", ...busiest(ofFunctions("Invocations", "Sum")) },
      { title: "Median duration", unit: "ms", ...busiest(ofFunctions("Duration", "p50")) },
      { title: "Errors a minute", unit: "count", ...busiest(ofFunctions("Errors", "Sum")) },
      { title: "Messages waiting", unit: "count", ...busiest(ofQueues) },
    ],
  };
};

const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);
