import { outputOf } from "../../kernel/program/output-of";
import { type ResourceGraph, type ResourceNode, resourcesOf } from "../../kernel/program/resource-graph";
import type { FlowKind } from "../console-data";
import { declaredHops } from "./declared-hops";
import { type FlowGraph, type FlowNode, type FlowPort, type Hop, routeArn } from "./flow-parts";
import { grantedHops } from "./granted-hops";

const kinds: Readonly<Record<string, FlowKind>> = {
  "aws:apigatewayv2/api:Api": "api",
  "aws:lambda/function:Function": "function",
  "aws:sqs/queue:Queue": "queue",
  "aws:sns/topic:Topic": "topic",
  "aws:cloudwatch/eventBus:EventBus": "bus",
  "aws:dynamodb/table:Table": "table",
  "aws:s3/bucket:Bucket": "bucket",
  "aws:s3/bucketV2:BucketV2": "bucket",
  "aws:sfn/stateMachine:StateMachine": "workflow",
  "aws:scheduler/schedule:Schedule": "schedule",
};

/** The parts of a program that something passes through, and how they are connected. */
export const flowGraph = (graph: ResourceGraph): FlowGraph => {
  const declared = graph.resources.flatMap((resource) => {
    const kind = kinds[resource.type];
    return kind === undefined ? [] : [nodeOf(graph, kind, resource)];
  });
  const nodes = [...declared, ...defaultBus(graph), ...scheduledRules(graph)];
  const known = new Set(nodes.map(({ arn }) => arn));
  const hops = declaredHops(graph).filter(({ from, to }) => known.has(from) && known.has(to));
  const connected = new Set(hops.map(between));
  const granted = grantedHops(graph, nodes).filter((hop) => !connected.has(between(hop)));
  return { nodes, hops: distinct([...hops, ...granted]) };
};

const between = ({ from, to }: Hop): string => `${from} ${to}`;

const distinct = (hops: readonly Hop[]): readonly Hop[] => [
  ...new Map(hops.map((hop) => [`${between(hop)} ${hop.kind} ${hop.port ?? ""}`, hop])).values(),
];

const nodeOf = (graph: ResourceGraph, kind: FlowKind, resource: ResourceNode): FlowNode => ({
  arn: kind === "api" ? outputOf(resource, "executionArn") : outputOf(resource, "arn"),
  kind,
  logical: resource.name,
  name: String(resource.outputs["name"] ?? resource.id),
  ports: kind === "api" ? routesOf(graph, resource) : kind === "bus" ? rulesOf(graph, resource.outputs["name"]) : [],
});

const routesOf = (graph: ResourceGraph, api: ResourceNode): readonly FlowPort[] =>
  resourcesOf(graph, "aws:apigatewayv2/route:Route")
    .filter(({ inputs }) => inputs["apiId"] === api.id)
    .map(({ inputs }) => {
      const label = String(inputs["routeKey"]);
      return { arn: routeArn(outputOf(api, "executionArn"), label), label };
    });

const rulesOf = (graph: ResourceGraph, busName: unknown): readonly FlowPort[] =>
  resourcesOf(graph, "aws:cloudwatch/eventRule:EventRule")
    .filter(({ inputs }) => (inputs["eventBusName"] ?? "default") === busName && inputs["eventPattern"] !== undefined)
    .map((rule) => ({ arn: outputOf(rule, "arn"), label: rule.name }));

/** The default bus is there without being declared; it is shown when a rule is on it. */
const defaultBus = (graph: ResourceGraph): readonly FlowNode[] => {
  const ports = rulesOf(graph, "default");
  const arn = `arn:aws:events:${graph.region}:${graph.accountId}:event-bus/default`;
  return ports.length === 0 ? [] : [{ arn, kind: "bus", logical: "default", name: "default", ports }];
};

/** A rule with a schedule is a schedule of its own, whatever bus it is on. */
const scheduledRules = (graph: ResourceGraph): readonly FlowNode[] =>
  resourcesOf(graph, "aws:cloudwatch/eventRule:EventRule")
    .filter(({ inputs }) => inputs["scheduleExpression"] !== undefined)
    .map((rule) => ({
      arn: outputOf(rule, "arn"),
      kind: "schedule",
      logical: rule.name,
      name: outputOf(rule, "name"),
      ports: [],
    }));
