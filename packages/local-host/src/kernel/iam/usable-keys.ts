import { inputAt } from "../program/input-at";
import type { ResourceGraph } from "../program/resource-graph";
import type { DeclaredPolicies } from "./declared-policies";
import type { ProgramKeys } from "./program-keys";
import type { ServiceAccess } from "./service-access";

/** Throws, as AWS refuses to make it, when a resource has a key that its service may not use. */
export const assertKeysUsable = (
  graph: ResourceGraph,
  services: readonly ServiceAccess[],
  policies: DeclaredPolicies,
  keys: ProgramKeys,
): void => {
  const account = { "aws:SourceAccount": [graph.accountId] };
  for (const user of services.flatMap(({ keyUsers = [] }) => keyUsers)) {
    const { type, service, describe, use, context, refusal } = user;
    for (const node of type.in(graph)) {
      const key = keys.find(inputAt(node, user.key));
      if (key === undefined) continue;
      const principal = { kind: "service", service: service(graph), sourceArn: "" } as const;
      const [contextKey, value] = context(node);
      const allows = (action: string, values: Readonly<Record<string, readonly string[]>>): boolean =>
        (policies.key.get(key) ?? []).some(
          (rule) =>
            rule.effect === "Allow" &&
            rule.concerns(principal, graph.accountId) &&
            rule.applies(action, key, (name) => values[name]),
        );
      const missing = [
        ...describe.filter((action) => !allows(action, account)),
        ...use.filter((action) => !allows(action, { ...account, [contextKey]: [String(value)] })),
      ];
      if (missing.length > 0) {
        throw new Error(
          `${node.urn}: ${refusal} Its key is ${key}; let ${principal.service} do ${missing.join(", ")} for ${contextKey} ${String(value)}.`,
        );
      }
    }
  }
};
