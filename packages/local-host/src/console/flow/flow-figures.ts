import type { Clock } from "../../kernel/clock";
import type { MetricsHost } from "../../services/cloudwatch/metrics-host";
import type { LambdaHost } from "../../services/lambda/lambda-host";
import type { Queues } from "../../services/sqs/queues";
import type { ConsoleState, NodeFigures } from "../console-data";
import type { FlowGraph, FlowNode, Hop } from "./flow-parts";
import type { HopCounter } from "./hop-counter";

/** Where figures are read. */
export interface FigureSources {
  readonly metrics: Pick<MetricsHost, "store">;
  readonly queues: Pick<Queues, "depth">;
  readonly functions: Pick<LambdaHost, "functionAt">;
  readonly hops: Pick<HopCounter, "lastMinute">;
  readonly clock: Pick<Clock, "now">;
}

const minuteMs = 60_000;
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/** What the parts of a flow do now: reads the same few counters at each call, whatever has happened before. */
export const flowFigures = (
  { nodes, hops }: FlowGraph,
  { metrics, queues, functions, hops: counter, clock }: FigureSources,
): (() => Pick<ConsoleState, "nodes" | "hops">) => {
  const statistic = (namespace: string, name: string, dimension: string, value: string, of: string) => {
    const now = clock.now();
    return metrics.store.statistic(
      { namespace, name, dimensions: { [dimension]: value } },
      of,
      now - minuteMs,
      now + 1,
    );
  };
  const sum = (namespace: string, name: string, dimension: string, value: string): number =>
    statistic(namespace, name, dimension, value, "Sum") ?? 0;
  const median = (namespace: string, name: string, dimension: string, value: string) => {
    const p50 = statistic(namespace, name, dimension, value, "p50");
    return p50 === undefined ? {} : { p50 };
  };

  const figuresOf = ({ kind, name, arn }: FlowNode): NodeFigures => {
    switch (kind) {
      case "function":
        return {
          running: functions.functionAt(arn).running,
          count: sum("AWS/Lambda", "Invocations", "FunctionName", name),
          errors: sum("AWS/Lambda", "Errors", "FunctionName", name),
          ...median("AWS/Lambda", "Duration", "FunctionName", name),
        };
      case "queue": {
        const { oldestAgeSeconds, ...depth } = queues.depth(arn);
        return { ...depth, oldestSeconds: oldestAgeSeconds };
      }
      case "workflow":
        return {
          count: sum("AWS/States", "ExecutionsStarted", "StateMachineArn", arn),
          errors: sum("AWS/States", "ExecutionsFailed", "StateMachineArn", arn),
          ...median("AWS/States", "ExecutionTime", "StateMachineArn", arn),
        };
      case "api": {
        const id = arn.split(":").at(-1) ?? "";
        return {
          count: sum("AWS/ApiGateway", "Count", "ApiId", id),
          errors: sum("AWS/ApiGateway", "5xx", "ApiId", id),
          ...median("AWS/ApiGateway", "Latency", "ApiId", id),
        };
      }
      case "topic":
        return { count: sum("AWS/SNS", "NumberOfMessagesPublished", "TopicName", name) };
      default:
        return {};
    }
  };

  const byArn = new Map(nodes.map((node) => [node.arn, node]));
  const callers = (hop: Hop): readonly string[] => {
    const from = byArn.get(hop.from);
    if (from?.kind === "function") return [from.name];
    if (hop.port === undefined) return [hop.from];
    return hop.port.includes(" ANY ")
      ? methods.map((each) => hop.port?.replace(" ANY ", ` ${each} `) ?? "")
      : [hop.port];
  };
  const called = (hop: Hop, effect: "read" | "write"): number =>
    callers(hop).reduce((total, caller) => total + counter.lastMinute(caller, hop.to, effect), 0);
  // The calls of a function are counted one by one; what is not among them came from its queue or stream.
  const rateOf = (hop: Hop): number | null => {
    if (hop.kind === "dead-letters") return null;
    if (hop.kind === "reads") return called(hop, "read");
    if (hop.kind !== "feeds") return called(hop, "write");
    const others = hops.filter(({ to, kind }) => to === hop.to && kind === "calls");
    if (hops.some((each) => each !== hop && each.to === hop.to && each.kind === "feeds")) return null;
    const all = sum("AWS/Lambda", "Invocations", "FunctionName", byArn.get(hop.to)?.name ?? "");
    return Math.max(
      0,
      others.reduce((rest, each) => rest - called(each, "write"), all),
    );
  };

  return () => ({ nodes: nodes.map(figuresOf), hops: hops.map(rateOf) });
};
