import { type ResourceGraph, type ResourceNode, resourcesOf } from "./resource-graph";

interface Ownership {
  /** The owners' type. */
  readonly of: string;
  /** What the owner is called, for example `user pool`. */
  readonly called: string;
  /** Types of what belongs to them. */
  readonly types: readonly string[];
  /** The property by which a resource names its owner's id. */
  readonly by: string;
}

/** The resources of a type that belong to one owner. */
export type OwnedResources = (type: string, ownerId: string) => readonly ResourceNode[];

/**
 * Finds what belongs to a resource, as routes to an API. Throws for a resource of an owner that the program does not
 * declare, which would otherwise vanish.
 */
export function ownedResources(graph: ResourceGraph, { of, called, types, by }: Ownership): OwnedResources {
  const ownerIds = new Set<unknown>(resourcesOf(graph, of).map((node) => node.id));
  for (const node of types.flatMap((type) => resourcesOf(graph, type))) {
    const ownerId = node.inputs[by];
    if (ownerIds.has(ownerId)) continue;
    throw new Error(
      `${node.urn}: property ${by} is ${JSON.stringify(ownerId)}, which is not a ${called} of this program.`,
    );
  }
  return (type, ownerId) => resourcesOf(graph, type).filter((node) => node.inputs[by] === ownerId);
}
