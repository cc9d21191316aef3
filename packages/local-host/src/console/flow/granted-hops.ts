import { readPolicy } from "iam-documents/policy-document";
import { type ResourceGraph, type ResourceNode, resourcesOf } from "../../kernel/program/resource-graph";
import { effectOf } from "./action-effect";
import type { FlowNode, Hop } from "./flow-parts";
import { ownerArn } from "./owner-arn";

/** Connections that only the roles' policies show, such as a function that writes to a table. */
export const grantedHops = (graph: ResourceGraph, nodes: readonly FlowNode[]): readonly Hop[] => {
  const holders = [
    ...resourcesOf(graph, "aws:lambda/function:Function"),
    ...resourcesOf(graph, "aws:sfn/stateMachine:StateMachine"),
  ].map((resource) => ({
    arn: String(resource.outputs["arn"]),
    roleArn: resource.inputs["role"] ?? resource.inputs["roleArn"],
  }));
  const reached = new Map(nodes.map(({ arn }) => [arn, arn]));
  return resourcesOf(graph, "aws:iam/rolePolicy:RolePolicy").flatMap((policy) => {
    const role = roleOf(graph, policy);
    const found = grantsOf(policy.inputs["policy"], reached);
    return holders
      .filter(({ roleArn }) => roleArn !== undefined && roleArn === role?.outputs["arn"])
      .flatMap(({ arn: from }) =>
        [...found].map(([to, writes]): Hop => ({ kind: writes ? "writes" : "reads", from, to })),
      );
  });
};

const roleOf = (graph: ResourceGraph, policy: ResourceNode): ResourceNode | undefined =>
  resourcesOf(graph, "aws:iam/role:Role").find(
    ({ id, outputs }) => id === policy.inputs["role"] || outputs["name"] === policy.inputs["role"],
  );

/** By the ARN of a part of the flow, whether it may be written to. */
const grantsOf = (document: unknown, reached: ReadonlyMap<string, string>): ReadonlyMap<string, boolean> => {
  const found = new Map<string, boolean>();
  for (const { effect, actions, resources } of readPolicy(document).statements) {
    const effects = actions.flatMap((action) => effectOf(action) ?? []);
    if (effect !== "Allow" || effects.length === 0) continue;
    for (const resource of resources) {
      const arn = reached.get(ownerArn(resource));
      if (arn === undefined) continue;
      found.set(arn, found.get(arn) === true || effects.includes("write"));
    }
  }
  return found;
};
