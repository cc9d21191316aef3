import type { Keys } from "../endpoint/access-control";
import type { ResourceGraph } from "../program/resource-graph";
import type { DeclaredKey, ServiceAccess } from "./service-access";

/**
 * The keys of the program, and which of them are enabled. Each start makes them as the program declares them, as
 * `pulumi up` does.
 */
export class ProgramKeys implements Keys {
  /** ARNs. */
  readonly all: readonly string[];
  private readonly disabled: Set<string>;
  private readonly byName: ReadonlyMap<string, DeclaredKey>;
  private readonly listeners = new Set<() => void>();

  constructor(graph: ResourceGraph, services: readonly ServiceAccess[]) {
    const keys = services.flatMap((service) => service.keys?.(graph) ?? []);
    this.all = keys.map(({ arn }) => arn);
    this.disabled = new Set(keys.filter(({ enabled }) => !enabled).map(({ arn }) => arn));
    this.byName = new Map(keys.flatMap((key) => key.names.map((name) => [name, key])));
  }

  /** A key by what a resource names it; undefined for a key of AWS's, which has no policy here. */
  named(name: unknown): DeclaredKey | undefined {
    return this.byName.get(String(name));
  }

  find(name: unknown): string | undefined {
    return this.named(name)?.arn;
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
