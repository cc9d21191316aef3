import type { ResourceGraph, ResourceNode } from "./resource-graph";
import { resourcesOf } from "./resource-graph";

/** What AWS takes for the name of a resource of a type, given or made by Pulumi. */
export interface NameRule {
  readonly type: string;
  /** The output that is the name. Default `name`. */
  readonly property?: string;
  /** Characters. Default 1. */
  readonly atLeast?: number;
  readonly atMost: number;
  /** Of the whole name. */
  readonly pattern: RegExp;
  /** The pattern in words. */
  readonly of: string;
  /** Of AWS, that says so. */
  readonly page: string;
}

/** @throws Error for the first name that AWS would refuse in the midst of a deployment */
export const assertNames = (graph: ResourceGraph, rules: readonly NameRule[]): void => {
  for (const rule of rules) for (const node of resourcesOf(graph, rule.type)) assertName(node, rule);
};

const assertName = ({ urn, outputs }: ResourceNode, rule: NameRule): void => {
  const { property = "name", atLeast = 1, atMost, pattern, of, page } = rule;
  const name = outputs[property];
  if (typeof name !== "string") return;
  if (name.length >= atLeast && name.length <= atMost && pattern.test(name)) return;
  throw new Error(
    `${urn}: its ${property} ${JSON.stringify(name)} has ${name.length} characters; AWS takes ${atLeast} to ${atMost} of ${of} (${page}). ` +
      "A name that Pulumi makes is the resource's in the program, a hyphen and seven characters.",
  );
};
