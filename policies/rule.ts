import type { EnforcementLevel, Severity } from "@pulumi/policy";
import type { Resource } from "./resource";
import type { Stack } from "./stack";
import type { Properties } from "./value";

interface RuleText {
  /** Also the rule's file name. */
  readonly name: string;
  readonly area: "IAM" | "Encryption" | "Nothing lost" | "Operated";
  /** What happens without it, in one sentence. */
  readonly reason: string;
  /** Where AWS says so. */
  readonly source: string;
  /** What to change. */
  readonly fix: string;
  readonly severity: Severity;
  /** Default mandatory. A policy config changes it. */
  readonly level?: EnforcementLevel;
  /** What a preview cannot know, and what is checked in its place. Undefined when a preview knows everything. */
  readonly atPreview?: string;
  /** Lists that a policy config can replace. */
  readonly settings?: Readonly<Record<string, RuleSetting>>;
}

export interface RuleSetting {
  readonly meaning: string;
  readonly default: readonly string[];
}

/** The rule's settings as configured, else their defaults. */
export type RuleSettings = Readonly<Record<string, readonly string[]>>;

/** What a resource is judged by besides its inputs: the rule's settings, the properties of its provider. */
interface ResourceSurroundings {
  readonly settings: RuleSettings;
  readonly provider: Properties;
}

/** Looks at one resource's inputs, before it is changed. */
export interface ResourceRule extends RuleText {
  /** Type tokens; "components" are the ComponentResources, with the inputs they pass to the engine. */
  readonly types: readonly string[];
  readonly check: (resource: Resource, given: ResourceSurroundings) => readonly string[] | Promise<readonly string[]>;
}

export interface Violation {
  readonly resource: Resource;
  readonly message: string;
}

/** Looks at all resources of a stack together. */
export interface StackRule extends RuleText {
  readonly checkStack: (stack: Stack, settings: RuleSettings) => readonly Violation[];
}

export type Rule = ResourceRule | StackRule;
