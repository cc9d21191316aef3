import { outputOf } from "../program/output-of";
import { type ResourceGraph, type ResourceNode, resourcesOf } from "../program/resource-graph";
import type { PolicyReader } from "./policy-reader";
import type { PolicyRule } from "./policy-rule";
import type { PolicySubject, ServiceAccess } from "./service-access";

/** What a program declares about who may do what: the rules of each role, trust, key and other resource, by its ARN. */
export type DeclaredPolicies = Readonly<Record<PolicySubject, ReadonlyMap<string, readonly PolicyRule[]>>>;

/** Reads with the resource's URN before whatever is wrong. */
const about = <Result>(node: ResourceNode, read: () => Result): Result => {
  try {
    return read();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(message.startsWith(node.urn) ? message : `${node.urn}: ${message}`, { cause: error });
  }
};

class RulesByArn extends Map<string, readonly PolicyRule[]> {
  add(arn: string, rules: readonly PolicyRule[]): void {
    this.set(arn, [...(this.get(arn) ?? []), ...rules]);
  }
}

/** The policies of a program; throws naming the resource for what the local host does not evaluate. */
export const declaredPolicies = (
  graph: ResourceGraph,
  services: readonly ServiceAccess[],
  reader: PolicyReader,
): DeclaredPolicies => {
  for (const [type, instead] of services.flatMap(({ unevaluated = {} }) => Object.entries(unevaluated))) {
    const [node] = resourcesOf(graph, type);
    if (node !== undefined) throw new Error(`${node.urn}: the local host does not evaluate ${type}; ${instead}`);
  }
  const policies = {
    role: new RulesByArn(),
    trust: new RulesByArn(),
    key: new RulesByArn(),
    resource: new RulesByArn(),
  };
  for (const policy of services.flatMap(({ policies = [] }) => policies)) {
    const { type, about: subject = "resource", arn: arnOf = arnOfItself, document: documentOf = inputPolicy } = policy;
    for (const node of type.in(graph)) {
      about(node, () => {
        const document = documentOf(node, graph);
        if (document === undefined || document === "") return;
        const arn = arnOf(node, graph);
        policies[subject].add(arn, subject === "role" ? reader.ofRole(arn, document) : reader.ofResource(document));
      });
    }
  }
  return policies;
};

const arnOfItself = (node: ResourceNode): string => outputOf(node, "arn");
const inputPolicy = ({ inputs }: ResourceNode): unknown => inputs["policy"];
