import type * as z from "zod";
import { readInputs } from "../endpoint/read-inputs";
import type { Provision } from "./provision";
import { type ResourceGraph, type ResourceNode, resourcesOf } from "./resource-graph";

/** The inputs of a resource type that a host uses. */
export interface InputSchema<Shape extends z.ZodRawShape> {
  readonly shape: Shape;
  /** Properties that make no difference on this machine. */
  readonly withoutEffect: readonly string[];
}

/** A resource type that the host knows: what AWS gives such a resource, and what the host reads of it. */
export interface ResourceType<Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** For example `aws:sqs/queue:Queue`. */
  readonly token: string;
  /**
   * Complete on purpose: under Pulumi's mocks an output that is missing here would silently drop every property that is
   * made from it.
   */
  readonly provision: Provision;
  /** What a program may declare; undefined for a type that is accepted whatever it says. */
  readonly inputs: InputSchema<Shape> | undefined;
  /** The resources of this type. */
  in(graph: ResourceGraph): readonly ResourceNode[];
}

/** A resource type whose inputs are read and checked. */
export interface ReadResourceType<Shape extends z.ZodRawShape> extends ResourceType<Shape> {
  /** @throws an error with the resource's URN for an input that is not supported */
  read(node: ResourceNode): z.output<z.ZodObject<Shape>>;
}

/** Declares a type whose inputs the host reads: one that it does not know stops the start. */
export const resourceType = <Shape extends z.ZodRawShape>(
  token: string,
  provision: Provision,
  inputs: InputSchema<Shape>,
): ReadResourceType<Shape> => ({
  token,
  provision,
  inputs,
  in: (graph) => resourcesOf(graph, token),
  read: (node) => readInputs(node, inputs.shape, inputs.withoutEffect),
});

/**
 * Declares a type without a host's life of its own: the access control or another host reads it, or it only shapes how
 * AWS deploys.
 */
export const passiveType = (token: string, provision: Provision): ResourceType => ({
  token,
  provision,
  inputs: undefined,
  in: (graph) => resourcesOf(graph, token),
});
