import { type ResourceGraph, type ResourceNode, resourcesOf } from "../program/resource-graph";
import type { DeclaredPolicies } from "./declared-policies";

interface RoleUse {
  readonly type: string;
  readonly service: string;
  readonly roleOf: (node: ResourceNode) => unknown;
  /** What the service names as aws:SourceArn. Default: the resource. */
  readonly sourceOf?: (node: ResourceNode, graph: ResourceGraph) => string;
  /** How AWS refuses a role that the service may not take on. */
  readonly refusal: string;
}

const property = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

const uses: readonly RoleUse[] = [
  {
    type: "aws:lambda/function:Function",
    service: "lambda.amazonaws.com",
    roleOf: ({ inputs }) => inputs["role"],
    refusal: "InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda.",
  },
  {
    type: "aws:sfn/stateMachine:StateMachine",
    service: "states.amazonaws.com",
    roleOf: ({ inputs }) => inputs["roleArn"],
    refusal:
      "AccessDeniedException: Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.",
  },
  {
    type: "aws:scheduler/schedule:Schedule",
    service: "scheduler.amazonaws.com",
    roleOf: ({ inputs }) => property(inputs["target"], "roleArn"),
    // "Do not scope the aws:SourceArn statement to a specific schedule or a schedule name prefix. The ARN you specify must be
    // a schedule group." https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    sourceOf: ({ inputs }, { region, accountId }) =>
      `arn:aws:scheduler:${region}:${accountId}:schedule-group/${String(inputs["groupName"] ?? "default")}`,
    refusal:
      "ValidationException: The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
  },
  {
    type: "aws:cloudwatch/eventTarget:EventTarget",
    service: "events.amazonaws.com",
    roleOf: ({ inputs }) => inputs["roleArn"],
    refusal: "ValidationException: The target's role cannot be assumed by principal 'events.amazonaws.com'.",
  },
];

/** Throws, in AWS's words, when a resource has a role that its service may not take on. */
export const assertRolesTrusted = (graph: ResourceGraph, { trustOf }: DeclaredPolicies): void => {
  for (const { type, service, roleOf, sourceOf, refusal } of uses) {
    for (const node of resourcesOf(graph, type)) {
      const roleArn = roleOf(node);
      if (typeof roleArn !== "string") continue;
      const sourceArn = sourceOf?.(node, graph) ?? String(node.outputs["arn"] ?? "");
      const principal = { kind: "service", service, sourceArn } as const;
      const values: Readonly<Record<string, readonly string[]>> = {
        "aws:SourceAccount": [graph.accountId],
        "aws:SourceArn": [sourceArn],
        "aws:SecureTransport": ["true"],
      };
      const rules = (trustOf.get(roleArn) ?? []).filter(
        (rule) =>
          rule.concerns(principal, graph.accountId) && rule.applies("sts:AssumeRole", roleArn, (key) => values[key]),
      );
      const trusted = rules.some(({ effect }) => effect === "Allow") && rules.every(({ effect }) => effect === "Allow");
      if (!trusted) throw new Error(`${node.urn}: ${refusal} Its role is ${roleArn}; let ${service} assume it.`);
    }
  }
};
