import { inputAt } from "../program/input-at";
import type { ResourceGraph } from "../program/resource-graph";
import type { DeclaredPolicies } from "./declared-policies";
import type { ServiceAccess } from "./service-access";

/** Throws, in AWS's words, when a resource has a role that its service may not assume. */
export const assertRolesTrusted = (
  graph: ResourceGraph,
  services: readonly ServiceAccess[],
  { trust }: DeclaredPolicies,
): void => {
  for (const { type, service, role, source, refusal } of services.flatMap(({ roleUsers = [] }) => roleUsers)) {
    for (const node of type.in(graph)) {
      const roleArn = inputAt(node, role);
      if (typeof roleArn !== "string") continue;
      const sourceArn = source?.(node, graph) ?? String(node.outputs["arn"] ?? "");
      const principal = { kind: "service", service, sourceArn } as const;
      const values: Readonly<Record<string, readonly string[]>> = {
        "aws:SourceAccount": [graph.accountId],
        "aws:SourceArn": [sourceArn],
        "aws:SecureTransport": ["true"],
      };
      const rules = (trust.get(roleArn) ?? []).filter(
        (rule) =>
          rule.concerns(principal, graph.accountId) && rule.applies("sts:AssumeRole", roleArn, (key) => values[key]),
      );
      const trusted = rules.some(({ effect }) => effect === "Allow") && rules.every(({ effect }) => effect === "Allow");
      if (!trusted) throw new Error(`${node.urn}: ${refusal} Its role is ${roleArn}; let ${service} assume it.`);
    }
  }
};
