import type { Condition, RequestValues } from "iam-documents/condition";
import { actionPattern, type Match, resourcePattern } from "iam-documents/pattern";
import type { PolicyStatement, StatementPrincipal } from "iam-documents/policy-document";
import type { Principal } from "../endpoint/principal";

/** Where a rule comes from: a role's own policy, or the policy of a resource. */
export type PolicyKind = "identity" | "resource";

/** One action on one resource for one holder: a statement split up, so that each permission can be reported by itself. */
export class PolicyRule {
  readonly effect: "Allow" | "Deny";
  readonly kind: PolicyKind;
  /** The role's ARN for a role's policy, else the statement's principal. */
  readonly holder: StatementPrincipal;
  readonly action: string;
  readonly resource: string;
  readonly condition: Condition;
  /** The sources that the condition names, for people. */
  readonly sources: readonly string[];
  /** Taken away for the time being, as if the policy did not have it. */
  removed = false;
  private readonly matchesAction: Match;
  private readonly matchesResource: Match;

  constructor(
    kind: PolicyKind,
    holder: StatementPrincipal,
    { effect, condition: block }: PolicyStatement,
    condition: Condition,
    action: string,
    resource: string,
  ) {
    this.effect = effect;
    this.kind = kind;
    this.holder = holder;
    this.action = action;
    this.resource = resource;
    this.condition = condition;
    this.sources = Object.values(block).flatMap((byKey) =>
      Object.entries(byKey).flatMap(([key, values]) => (key.toLowerCase() === "aws:sourcearn" ? values : [])),
    );
    this.matchesAction = actionPattern(action);
    this.matchesResource = resourcePattern(resource);
  }

  applies(action: string, resourceArn: string, values: RequestValues): boolean {
    return (
      !this.removed && this.matchesAction(action) && this.matchesResource(resourceArn) && this.condition.holds(values)
    );
  }

  /** Whether a rule of a resource's policy is about a caller. An account as a whole is only ever denied by it. */
  concerns(principal: Principal, accountId: string): boolean {
    if (this.kind === "identity" || this.holder.kind === "everybody") return true;
    if (this.holder.kind === "service") return principal.kind === "service" && principal.service === this.holder.name;
    if (principal.kind === "service") return false;
    if (this.holder.name === accountId || this.holder.name === `arn:aws:iam::${accountId}:root`) {
      return this.effect === "Deny" || principal.kind === "developer";
    }
    return principal.kind === "role" && this.holder.name === principal.roleArn;
  }
}
