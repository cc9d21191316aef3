import { outputOf } from "./output-of";
import type { ResourceNode } from "./resource-graph";

/** What AWS knows a declared resource by. */
export const identityOf = (node: ResourceNode): { readonly name: string; readonly arn: string } => ({
  name: outputOf(node, "name"),
  arn: outputOf(node, "arn"),
});
