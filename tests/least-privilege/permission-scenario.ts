import type { RunningSystem } from "./running-system";

/** Something the pipeline does, to see whether it still does it without one of its permissions. */
export interface PermissionScenario {
  readonly name: string;
  /** The roles and resources, by the program's names, whose permissions it shows to be needed. */
  readonly about: readonly string[];
  /** Resolves when all came out right within `patience` milliseconds for each step, rejects when not. */
  readonly run: (system: RunningSystem, patience: number) => Promise<void>;
  /** Takes ten seconds, whatever the patience. */
  readonly slow?: true;
}
