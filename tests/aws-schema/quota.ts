import type { ResourceGraph, ResourceNode } from "pulumi-local-host/resource-graph";
import { resourcesOf } from "pulumi-local-host/resource-graph";

export interface Measurement {
  /** What was measured: the logical name of the resource, or a sum over several. */
  readonly of: string;
  readonly value: number;
  readonly atMost: number;
}

/** A limit of AWS's that no resource schema says. */
export interface Quota {
  readonly name: string;
  /** AWS's page that names the limit. */
  readonly page: string;
  readonly measure: (graph: ResourceGraph) => readonly Measurement[];
}

/** A quota that holds for each resource of a type. */
export const forEach = (
  type: string,
  { atMost, value, ...quota }: Omit<Quota, "measure"> & { atMost: number; value: (node: ResourceNode) => number },
): Quota => ({
  ...quota,
  measure: (graph) => resourcesOf(graph, type).map((node) => ({ of: node.name, value: value(node), atMost })),
});

/** What a graph asks for beyond a quota, in words; empty when it stays within. */
export const exceeded = ({ name, page, measure }: Quota, graph: ResourceGraph): readonly string[] =>
  measure(graph)
    .filter(({ value, atMost }) => value > atMost)
    .map(({ of, value, atMost }) => `${of}: ${name} ${value}, at most ${atMost} (${page})`);
