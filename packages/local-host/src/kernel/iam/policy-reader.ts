import type { Condition } from "iam-documents/condition";
import type { ConditionBlock, PolicyStatement, StatementPrincipal } from "iam-documents/policy-document";
import { evaluableStatements } from "./evaluable-statements";
import { type PolicyKind, PolicyRule } from "./policy-rule";
import type { ServiceAccess } from "./service-access";
import { conditionReader } from "./statement-condition";

/** Takes policies apart into rules; throws for what the local host does not evaluate. */
export class PolicyReader {
  private readonly conditionOf: (block: ConditionBlock) => Condition;

  constructor(services: readonly ServiceAccess[]) {
    this.conditionOf = conditionReader(services.flatMap(({ conditionKeys = [] }) => conditionKeys));
  }

  /** The rules of a role's policy. */
  ofRole(roleArn: string, document: unknown): readonly PolicyRule[] {
    const holder = { kind: "aws", name: roleArn } as const;
    return evaluableStatements(document).flatMap((statement) =>
      this.rules("identity", holder, statement, statement.resources),
    );
  }

  /** The rules of a resource's policy; a statement without Resource, as a trust policy has it, is about all. */
  ofResource(document: unknown): readonly PolicyRule[] {
    return evaluableStatements(document).flatMap((statement) => {
      const resources = statement.resources.length === 0 ? ["*"] : statement.resources;
      return statement.principals.flatMap((holder) => this.rules("resource", holder, statement, resources));
    });
  }

  private rules(
    kind: PolicyKind,
    holder: StatementPrincipal,
    statement: PolicyStatement,
    resources: readonly string[],
  ): readonly PolicyRule[] {
    const condition = this.conditionOf(statement.condition);
    return statement.actions.flatMap((action) =>
      resources.map((resource) => new PolicyRule(kind, holder, statement, condition, action, resource)),
    );
  }
}
