import * as z from "zod";
import type { ConditionBlock } from "./condition";

/** Whom a statement of a resource's policy is about: `*`, a service principal, an account or an ARN. */
export interface StatementPrincipal {
  readonly kind: "everybody" | "service" | "aws";
  readonly name: string;
}

export interface PolicyStatement {
  readonly effect: "Allow" | "Deny";
  /** Empty in a role's own policy. */
  readonly principals: readonly StatementPrincipal[];
  readonly actions: readonly string[];
  /** Empty in a trust policy. */
  readonly resources: readonly string[];
  readonly condition: ConditionBlock;
}

const oneOrMore = z
  .union([z.string(), z.array(z.string())])
  .transform((value): readonly string[] => (typeof value === "string" ? [value] : value));

const conditionValue = z
  .union([z.string(), z.boolean(), z.number(), z.array(z.union([z.string(), z.boolean(), z.number()]))])
  .transform((value): readonly string[] => (Array.isArray(value) ? value : [value]).map(String));

const principal = z
  .union([z.literal("*"), z.strictObject({ Service: oneOrMore.optional(), AWS: oneOrMore.optional() })])
  .transform((value): readonly StatementPrincipal[] => {
    if (value === "*") return [{ kind: "everybody", name: "*" }];
    return [
      ...(value.Service ?? []).map((name) => ({ kind: "service" as const, name })),
      ...(value.AWS ?? []).map((name) =>
        name === "*" ? { kind: "everybody" as const, name } : { kind: "aws" as const, name },
      ),
    ];
  });

// Strict: NotAction, NotResource and NotPrincipal are refused by name.
const statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(["Allow", "Deny"]),
    Principal: principal.optional(),
    Action: oneOrMore,
    Resource: oneOrMore.optional(),
    Condition: z.record(z.string(), z.record(z.string(), conditionValue)).optional(),
  })
  .transform(
    ({ Effect, Principal = [], Action, Resource = [], Condition = {} }): PolicyStatement => ({
      effect: Effect,
      principals: Principal,
      actions: Action,
      resources: Resource,
      condition: Condition,
    }),
  );

const document = z.strictObject({
  Version: z.string().optional(),
  Id: z.string().optional(),
  Statement: z.preprocess((given) => (Array.isArray(given) ? given : [given]), z.array(statement)),
});

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`the policy is not JSON: ${text.slice(0, 80)}`);
  }
};

/** The statements of a policy, given as JSON or as the document itself; throws for what the local host does not evaluate. */
export const readPolicy = (policy: unknown): readonly PolicyStatement[] => {
  const parsed = document.safeParse(typeof policy === "string" ? parsedJson(policy) : policy);
  if (!parsed.success) {
    throw new Error(`the local host cannot evaluate the policy: ${z.prettifyError(parsed.error)}`);
  }
  const variable = /\$\{[^}]*\}/.exec(JSON.stringify(policy))?.[0];
  if (variable !== undefined) throw new Error(`the local host does not evaluate the policy variable ${variable}`);
  return parsed.data.Statement;
};
