import { join } from "node:path";
import { loadGraph } from "pulumi-local-host/load-graph";
import type { ResourceGraph, ResourceNode } from "pulumi-local-host/resource-graph";
import { standInSettings } from "../settings/stand-in-settings";

/** What the program declares for a stack, read and not deployed: no account and no key is needed. */
export const declaredStack = (stack: string, settings: Readonly<Record<string, string>> = {}): Promise<ResourceGraph> =>
  loadGraph({
    projectDir: join(__dirname, ".."),
    stack,
    overrides: { ...standInSettings(stack), ...settings },
    awsEndpoint: "http://localhost:4566",
    apiEndpoint: "http://localhost:3000",
  });

/** The resources of a type, such as `aws:sqs/queue:Queue`. */
export const declared = (graph: ResourceGraph, type: string): readonly ResourceNode[] =>
  graph.resources.filter((node) => node.type === type);

/** A field of an object that may be anything; undefined where it is none. */
export const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

export const text = (node: ResourceNode, name: string): string => String(node.inputs[name] ?? node.outputs[name] ?? "");

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
