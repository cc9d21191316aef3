import type { Fixture } from "./fixture";

/** One way to break one rule. */
export interface RuleCase {
  readonly rule: string;
  /** What is wrong: "a queue without redrivePolicy". */
  readonly breaks: string;
  readonly change: (fixture: Fixture) => Fixture;
  /** The rule's messages, each by the resource that it is about. */
  readonly finds: Readonly<Record<string, string>>;
  /** What a first preview finds, where that is not the same. */
  readonly inPreview?: Readonly<Record<string, string>>;
  /** The stack's configuration. */
  readonly config?: Readonly<Record<string, string>>;
}
