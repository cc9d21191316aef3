import type { MetricsHost } from "../services/cloudwatch/metrics-host";
import type { AlarmNow, DeclaredAlarm } from "./console-data";
import type { FlowNode } from "./flow/flow-parts";

export interface AlarmBoard {
  readonly declared: readonly DeclaredAlarm[];
  /** In the sequence of the declared ones. */
  now(): readonly AlarmNow[];
}

/** The alarms of a host, each with the parts of the flow that its metrics are of. */
export const alarmBoard = (
  metrics: Pick<MetricsHost, "alarms" | "compositeAlarms">,
  nodes: readonly FlowNode[],
): AlarmBoard => {
  const all = () => [...metrics.compositeAlarms(), ...metrics.alarms()];
  return {
    declared: all().map(({ definition }) => ({
      name: definition.name,
      description: definition.description ?? "",
      nodes: "queries" in definition ? nodesOf(definition.queries, nodes) : [],
    })),
    // Why an alarm is not on is of interest to nobody, and most are not.
    now: () => all().map(({ state, reason, since }) => ({ state, since, ...(state === "ALARM" && { reason }) })),
  };
};

/** A metric is of a part whose name, ARN or id is one of its dimensions. */
const nodesOf = (
  queries: readonly { readonly metric?: { readonly dimensions: Readonly<Record<string, string>> } | undefined }[],
  nodes: readonly FlowNode[],
): readonly number[] => {
  const values = new Set(queries.flatMap(({ metric }) => Object.values(metric?.dimensions ?? {})));
  return nodes.flatMap(({ arn, name, ports }, index) => {
    const ruleNames = ports.map((port) => port.arn.split("/").at(-1) ?? "");
    const known = [name, arn, arn.split(":").at(-1) ?? "", ...ruleNames];
    return known.some((each) => values.has(each)) ? [index] : [];
  });
};
