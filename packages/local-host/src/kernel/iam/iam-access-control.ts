import type { RequestValues } from "iam-documents/condition";
import type { AccessCheck, AccessControl } from "../endpoint/access-control";
import { AwsError } from "../endpoint/aws-service";
import type { Principal } from "../endpoint/principal";
import type { ResourceGraph } from "../program/resource-graph";
import { accessDenied, type Denial } from "./access-denied";
import { type DeclaredPolicies, declaredPolicies } from "./declared-policies";
import { EncryptedResources } from "./encrypted-resources";
import { PolicyReader } from "./policy-reader";
import type { PolicyRule } from "./policy-rule";
import { ProgramKeys } from "./program-keys";
import type { ServiceAccess } from "./service-access";
import { assertRolesTrusted } from "./trusted-roles";
import { assertKeysUsable } from "./usable-keys";

/** The decision on a kind of call, reported once until permissions change. */
export interface AccessDecision {
  readonly principal: Principal;
  readonly action: string;
  readonly resourceArn: string;
  /** The rule that allows the call; undefined for a developer's, who needs none. */
  readonly allowedBy: PolicyRule | undefined;
  readonly refusal: AwsError | undefined;
}

export interface IamOptions {
  readonly record?: (decision: AccessDecision) => void;
}

/** Decisions kept; a stream of new object keys must not fill the memory. */
const cacheLimit = 20_000;

/** Evaluates the program's policies as IAM does for calls within one account. */
export class IamAccessControl implements AccessControl {
  private readonly accountId: string;
  private readonly services: readonly ServiceAccess[];
  private readonly reader: PolicyReader;
  private readonly policies: DeclaredPolicies;
  private readonly ofResource: Map<string, readonly PolicyRule[]>;
  readonly keys: ProgramKeys;
  private readonly encrypted: EncryptedResources;
  private readonly record: (decision: AccessDecision) => void;
  private readonly decisions = new Map<string, AwsError | undefined>();
  private readonly listeners = new Set<() => void>();
  /** Condition keys that some policy asks for: all that a decision can depend on besides caller, action and resource. */
  private conditionKeys: readonly string[] = [];

  /** @throws Error naming the resource whose policy it cannot evaluate, or whose role or key its service may not use */
  constructor(graph: ResourceGraph, services: readonly ServiceAccess[], { record = () => undefined }: IamOptions = {}) {
    this.accountId = graph.accountId;
    this.services = services;
    this.reader = new PolicyReader(services);
    this.policies = declaredPolicies(graph, services, this.reader);
    this.keys = new ProgramKeys(graph, services);
    assertRolesTrusted(graph, services, this.policies);
    assertKeysUsable(graph, services, this.policies, this.keys);
    this.keys.onChange(() => this.changed());
    this.encrypted = new EncryptedResources(graph, services, this.keys, this.wholeOf);
    this.ofResource = new Map(this.policies.resource);
    this.record = record;
    this.noteConditionKeys();
  }

  /** Every rule that allows something; a key's policy says who may use it through which service, which is not a permission by itself. */
  grants(): readonly PolicyRule[] {
    return [...this.policies.role.values(), ...this.ofResource.values()]
      .flat()
      .filter(({ effect }) => effect === "Allow");
  }

  check(check: AccessCheck): void {
    const key = this.keyOf(check);
    let refusal = this.decisions.get(key);
    if (refusal === undefined && !this.decisions.has(key)) {
      if (this.decisions.size >= cacheLimit) this.decisions.clear();
      refusal = this.decide(check) ?? this.encrypted.disabledKeyRefusal(check) ?? this.keyRefusal(check);
      this.decisions.set(key, refusal);
    }
    if (refusal !== undefined) throw refusal;
  }

  /** @throws AwsError InvalidAttributeValue for a policy that cannot be evaluated */
  setResourcePolicy(resourceArn: string, document: string | undefined): void {
    this.ofResource.set(resourceArn, document === undefined || document === "" ? [] : this.rulesFrom(document));
    this.noteConditionKeys();
    this.changed();
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Removes rules as if the policies did not have them, or restores them. */
  setRemoved(rules: readonly PolicyRule[], removed: boolean): void {
    for (const rule of rules) rule.removed = removed;
    this.changed();
  }

  /** Why the call is refused though it may be made: the key that encrypts the resource may not be used for it. */
  private keyRefusal(check: AccessCheck): AwsError | undefined {
    for (const use of this.encrypted.keyChecksOf(check)) {
      const refusal = this.decide(use);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  private decide({ principal, action, resourceArn, context = {} }: AccessCheck): AwsError | undefined {
    const values = this.valuesOf(principal, action, context);
    const identity = principal.kind === "role" ? (this.policies.role.get(principal.roleArn) ?? []) : [];
    const resource = this.ofResource.get(this.wholeOf(resourceArn)) ?? this.policies.key.get(resourceArn) ?? [];
    const applying = [...identity, ...resource].filter(
      (rule) => rule.concerns(principal, this.accountId) && rule.applies(action, resourceArn, values),
    );
    const denying = applying.find(({ effect }) => effect === "Deny");
    const allowedBy = denying === undefined ? applying.find(({ effect }) => effect === "Allow") : undefined;
    const words = this.services.map(({ refusals }) => refusals?.[action.split(":")[0] ?? ""]).find(Boolean);
    const refuse = (denial: Denial) => accessDenied(principal, this.accountId, action, resourceArn, denial, words);
    const refusal =
      denying !== undefined
        ? refuse({ kind: "explicit", policy: denying.kind })
        : allowedBy === undefined && principal.kind !== "developer"
          ? refuse({ kind: "implicit" })
          : undefined;
    this.record({ principal, action, resourceArn, allowedBy, refusal });
    return refusal;
  }

  private valuesOf(principal: Principal, action: string, context: NonNullable<AccessCheck["context"]>): RequestValues {
    return (key) => {
      const given = context[key];
      if (given !== undefined) return typeof given === "string" ? [given] : given;
      if (this.isWithheld(principal, action, key)) return undefined;
      switch (key) {
        case "aws:SecureTransport":
          // Nothing leaves this machine.
          return ["true"];
        case "aws:SourceArn":
          return principal.kind === "service" ? [principal.sourceArn] : undefined;
        case "aws:SourceAccount":
          return principal.kind === "service" ? [this.accountId] : undefined;
        case "aws:PrincipalArn":
          return principal.kind === "role" ? [principal.roleArn] : undefined;
        case "aws:PrincipalAccount":
          return principal.kind === "service" ? undefined : [this.accountId];
        default:
          return undefined;
      }
    };
  }

  private keyOf({ principal, action, resourceArn, context }: AccessCheck): string {
    const caller =
      principal.kind === "role"
        ? `${principal.roleArn} ${principal.actor}`
        : principal.kind === "service"
          ? `${principal.service} ${principal.sourceArn}`
          : "";
    let key = `${caller}\n${action}\n${resourceArn}`;
    if (context === undefined) return key;
    for (const name of this.conditionKeys) {
      const value = context[name];
      if (value !== undefined) key += `\n${name}=${JSON.stringify(value)}`;
    }
    return key;
  }

  private rules(): readonly PolicyRule[] {
    return [...this.policies.role.values(), ...this.ofResource.values(), ...this.policies.key.values()].flat();
  }

  private noteConditionKeys(): void {
    this.conditionKeys = [...new Set(this.rules().flatMap(({ condition }) => condition.keys))];
  }

  private changed(): void {
    this.decisions.clear();
    for (const listener of this.listeners) listener();
  }

  private isWithheld(principal: Principal, action: string, key: string): boolean {
    return (
      principal.kind === "service" &&
      this.services.some(({ withheld = [] }) =>
        withheld.some((each) => each.service === principal.service && each.action === action && each.key === key),
      )
    );
  }

  /** The ARN under which a resource's policy and key are kept: an object's is its bucket's, a version's its function's. */
  private readonly wholeOf = (arn: string): string =>
    this.services.reduce((whole, { parts }) => parts?.exec(whole)?.[1] ?? whole, arn);

  private rulesFrom(document: string): readonly PolicyRule[] {
    try {
      return this.reader.ofResource(document);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new AwsError("InvalidAttributeValue", `Invalid value for the parameter Policy. Reason: ${reason}`);
    }
  }
}
