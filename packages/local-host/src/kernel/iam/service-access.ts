import type { ResourceGraph, ResourceNode } from "../program/resource-graph";
import type { ResourceType } from "../program/resource-type";
import type { RefusalWords } from "./access-denied";

/** A fact about a declared resource. */
type Of<Value> = (node: ResourceNode, graph: ResourceGraph) => Value;

/** What a policy is about: what a role may do, who may take it on, who may use a key or another resource. */
export type PolicySubject = "role" | "trust" | "key" | "resource";

/** A type of resources that have a policy, or are one. */
interface PolicyType {
  readonly type: ResourceType;
  /** Default `resource`. */
  readonly about?: PolicySubject;
  /** The ARN of what the policy is for. Default: of the resource itself. */
  readonly arn?: Of<string>;
  /** A policy document, or its JSON; undefined or "" for none. Default: the input `policy`. */
  readonly document?: Of<unknown>;
}

/** A type whose resources have a role that their service assumes. */
interface RoleUser {
  readonly type: ResourceType;
  /** The input that names the role, as a path. */
  readonly role: string;
  readonly service: string;
  /** What the service names as aws:SourceArn. Default: the resource. */
  readonly source?: Of<string>;
  /** AWS's message for a role that the service may not assume. */
  readonly refusal: string;
}

/** A type whose resources have a key that their service uses in its own name for what it keeps. */
interface KeyUser {
  readonly type: ResourceType;
  /** The input that names the key, as a path. */
  readonly key: string;
  readonly service: (graph: ResourceGraph) => string;
  /** Actions asked for without an encryption context. */
  readonly describe: readonly string[];
  /** Actions asked for with it. */
  readonly use: readonly string[];
  readonly context: (node: ResourceNode) => readonly [key: string, value: unknown];
  /** How AWS refuses a key that the service may not use. */
  readonly refusal: string;
}

/** Resources that a key encrypts: who calls one of them needs the key as well. */
export interface Encryption {
  readonly types: readonly {
    readonly type: ResourceType;
    /** The input that names the key by its ARN, id or alias, as a path. */
    readonly key: string;
    /** The ARN that calls name. Default: of the resource. */
    readonly arn?: (node: ResourceNode) => string;
  }[];
  /** By the action of a call, which may have wildcards: what it does with the key under the caller's name. */
  readonly keyActions: Readonly<Record<string, readonly string[]>>;
  /** The service's own error for a key that is not enabled. Default: the key's. */
  readonly disabledError?: string;
  /** The condition key by which the service names the resource to the key, whoever calls. Default: it names none. */
  readonly contextKey?: string;
  /** Services that do not say for which resource they use the key. */
  readonly callersWithoutSource?: readonly string[];
}

/** A key, as the program declares it. */
export interface DeclaredKey {
  readonly arn: string;
  /** All that a resource may name it by. */
  readonly names: readonly string[];
  readonly enabled: boolean;
  /** Condition keys of its use for a call of a service, such as `sqs`, under the caller's name. */
  readonly contextVia: (service: string) => Readonly<Record<string, string>>;
  /** The error for its use while it is not enabled. */
  readonly disabledError: string;
}

/** What the access control must know of a service. */
export interface ServiceAccess {
  readonly policies?: readonly PolicyType[];
  /** Types of policies that are not evaluated, and what to declare in their place. */
  readonly unevaluated?: Readonly<Record<string, string>>;
  /** ARNs of what belongs to a resource and shares its policy and key; the first group is the resource's ARN. */
  readonly parts?: RegExp;
  /** Condition keys of calls, beside the global ones. */
  readonly conditionKeys?: readonly string[];
  /** Global condition keys that a service does not give for an action although others do. */
  readonly withheld?: readonly { readonly service: string; readonly action: string; readonly key: string }[];
  /** By the prefix of actions, how a refusal differs from the usual. */
  readonly refusals?: Readonly<Record<string, Partial<RefusalWords>>>;
  readonly roleUsers?: readonly RoleUser[];
  readonly keys?: (graph: ResourceGraph) => readonly DeclaredKey[];
  readonly keyUsers?: readonly KeyUser[];
  readonly encryption?: Encryption;
}
