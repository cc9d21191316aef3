import type { ResourceNode } from "./resource-graph";

/** What is wrong with a resource, naming it by its URN. */
export function unhostable({ urn }: ResourceNode, error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && message.startsWith(urn)) return error;
  return new Error(`${urn} cannot be hosted: ${message}`, { cause: error });
}
