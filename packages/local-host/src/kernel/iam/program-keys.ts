import type { Keys } from "../endpoint/access-control";
import { type ResourceGraph, resourcesOf } from "../program/resource-graph";

/** Finds a key of the program by what a resource names it: its ARN, its id, or an alias. A key of AWS's has no policy here. */
export const keysOf = (graph: ResourceGraph): ((name: unknown) => string | undefined) => {
  const arns = new Map<string, string>();
  for (const { id, outputs } of resourcesOf(graph, "aws:kms/key:Key")) {
    const arn = String(outputs["arn"]);
    arns.set(arn, arn).set(id, arn);
  }
  for (const { inputs, outputs } of resourcesOf(graph, "aws:kms/alias:Alias")) {
    const arn = arns.get(String(inputs["targetKeyId"]));
    if (arn !== undefined) arns.set(String(outputs["name"]), arn).set(String(outputs["arn"]), arn);
  }
  return (name) => arns.get(String(name));
};

/**
 * The KMS keys of the program, and which of them are enabled. Each start makes them as the program declares them, as
 * `pulumi up` does.
 */
export class ProgramKeys implements Keys {
  /** ARNs. */
  readonly all: readonly string[];
  private readonly disabled: Set<string>;
  private readonly arnNamed: (name: unknown) => string | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(graph: ResourceGraph) {
    const keys = resourcesOf(graph, "aws:kms/key:Key");
    const arnOf = ({ outputs }: (typeof keys)[number]) => String(outputs["arn"]);
    this.all = keys.map(arnOf);
    this.disabled = new Set(keys.filter(({ inputs }) => inputs["isEnabled"] === false).map(arnOf));
    this.arnNamed = keysOf(graph);
  }

  /** The ARN of a key by its ARN, its id or an alias; undefined for a key of AWS's. */
  find(name: unknown): string | undefined {
    return this.arnNamed(name);
  }

  isEnabled(arn: string): boolean {
    return !this.disabled.has(arn);
  }

  setEnabled(arn: string, enabled: boolean): void {
    if (enabled) this.disabled.delete(arn);
    else this.disabled.add(arn);
    for (const listener of this.listeners) listener();
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }
}
