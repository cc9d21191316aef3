import type { ResourceNode } from "./resource-graph";

/** An output of a declared resource that AWS always gives, such as its ARN. */
export function outputOf(node: ResourceNode, property: string): string {
  const value = node.outputs[property];
  if (typeof value === "string") return value;
  throw new Error(`${node.urn}: output ${property} is ${JSON.stringify(value)}, expected a string.`);
}
