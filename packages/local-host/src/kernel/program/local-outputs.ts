import type { ServiceDeclaration } from "../service";
import type { ResourceGraph } from "./resource-graph";

/** The stack's outputs, with addresses that are AWS's in the cloud and this machine's here. */
export function localOutputs(
  graph: ResourceGraph,
  services: readonly ServiceDeclaration[],
  awsEndpoint: string,
): Readonly<Record<string, unknown>> {
  const replacements = services.flatMap(({ localAddresses }) => localAddresses?.(graph, awsEndpoint) ?? []);
  const here = (value: unknown): unknown =>
    typeof value === "string" ? replacements.reduce((text, [from, to]) => text.replace(from, to), value) : value;
  return Object.fromEntries(Object.entries(graph.outputs).map(([name, value]) => [name, here(value)]));
}
