import { join } from "node:path";
import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { programGraph, resource } from "../../support/stack-graph";

/** What photo-program.ts declares: one evaluation for the tests of all building blocks. */
export const photoGraph = (): Promise<ResourceGraph> => programGraph(join(__dirname, "photo-program.ts"));

/** Short names of the AWS types that building blocks declare. */
const types = {
  asyncSettings: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
  bus: "aws:cloudwatch/eventBus:EventBus",
  function: "aws:lambda/function:Function",
  key: "aws:kms/key:Key",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  mapping: "aws:lambda/eventSourceMapping:EventSourceMapping",
  queue: "aws:sqs/queue:Queue",
  queuePolicy: "aws:sqs/queuePolicy:QueuePolicy",
  role: "aws:iam/role:Role",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  rule: "aws:cloudwatch/eventRule:EventRule",
  subscription: "aws:sns/topicSubscription:TopicSubscription",
  table: "aws:dynamodb/table:Table",
  target: "aws:cloudwatch/eventTarget:EventTarget",
  topic: "aws:sns/topic:Topic",
  topicPolicy: "aws:sns/topicPolicy:TopicPolicy",
} as const;

export type Kind = keyof typeof types;

/** Readers of a graph by short names. */
export const readerOf = (graph: ResourceGraph) => {
  const node = (kind: Kind, name: string) => resource(graph, types[kind], name);
  const inputs = (kind: Kind, name: string) => node(kind, name).inputs;
  return {
    node,
    inputs,
    arn: (kind: Kind, name: string): unknown => node(kind, name).outputs["arn"],
    nameOf: (kind: Kind, name: string): unknown => node(kind, name).outputs["name"],
    has: (kind: Kind, name: string): boolean =>
      graph.resources.some((each) => each.type === types[kind] && each.name === name),
    statements: (kind: "queuePolicy" | "rolePolicy" | "topicPolicy" | "key", name: string): readonly object[] =>
      // Policy documents of the blocks have their statements in a list.
      (JSON.parse(String(inputs(kind, name)["policy"])) as { Statement: object[] }).Statement,
  };
};
