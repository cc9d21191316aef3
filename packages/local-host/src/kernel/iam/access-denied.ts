import { AwsError } from "../endpoint/aws-service";
import type { Principal } from "../endpoint/principal";

/** Why a call is refused. */
export type Denial =
  | { readonly kind: "implicit" }
  | { readonly kind: "explicit"; readonly policy: "identity" | "resource" };

/** How a service puts its refusals. */
export interface RefusalWords {
  readonly code: string;
  readonly status: number;
  /** The action as the service writes it. */
  readonly action: (action: string) => string;
  readonly resource: (arn: string) => string;
}

const asIs = (text: string): string => text;
const usual: RefusalWords = { code: "AccessDeniedException", status: 400, action: asIs, resource: asIs };

/** The caller as AWS names it. */
export const userNamed = (principal: Principal, accountId: string): string => {
  switch (principal.kind) {
    case "role": {
      const role = principal.roleArn.split("/").at(-1) ?? "";
      return `arn:aws:sts::${accountId}:assumed-role/${role}/${principal.actor.split(":").at(-1) ?? ""}`;
    }
    case "service":
      return principal.service;
    case "developer":
      return `arn:aws:iam::${accountId}:root`;
  }
};

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export const accessDenied = (
  principal: Principal,
  accountId: string,
  action: string,
  resourceArn: string,
  denial: Denial,
  differences: Partial<RefusalWords> = {},
): AwsError => {
  const words = { ...usual, ...differences };
  const named = words.action(action);
  const on = resourceArn === "*" ? "" : ` on resource: ${words.resource(resourceArn)}`;
  const policy = principal.kind === "role" ? "identity" : "resource";
  const why =
    denial.kind === "explicit"
      ? `with an explicit deny in ${denial.policy === "identity" ? "an identity" : "a resource"}-based policy`
      : `because no ${policy}-based policy allows the ${named} action`;
  const user = userNamed(principal, accountId);
  return new AwsError(words.code, `User: ${user} is not authorized to perform: ${named}${on} ${why}`, words.status);
};
