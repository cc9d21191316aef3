import type { ResourceGraph, ResourceNode } from "pulumi-local-host/resource-graph";
import type { Properties } from "./properties";

/** The graph with other inputs for the first resource of a type for which `change` gives any. Throws when it gives none. */
export function changed(
  graph: ResourceGraph,
  type: string,
  change: (inputs: Properties, node: ResourceNode) => Properties | undefined,
): ResourceGraph {
  let done = false;
  const resources = graph.resources.map((node) => {
    const inputs = done || node.type !== type ? undefined : change(node.inputs, node);
    if (inputs === undefined) return node;
    done = true;
    return { ...node, inputs: { ...node.inputs, ...inputs } };
  });
  if (!done) throw new Error(`The graph of ${graph.stack} has no ${type} to change.`);
  return { ...graph, resources };
}
