import {
  conditionValues,
  hasCondition,
  knownStatements,
  principalsOf,
  resourcePolicyTypes,
  resourceStatements,
  type Statement,
} from "../policy-document";
import type { StackRule, Violation } from "../rule";
import type { Stack } from "../stack";
import { shown, textsIn } from "../value";

export const noOpenTrust: StackRule = {
  name: "no-open-trust",
  area: "IAM",
  reason:
    "Whoever is named as principal without a condition can use the resource: everybody, or all of another account.",
  source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-concepts.html",
  fix: "Name principals of the own account, or add a condition on aws:PrincipalOrgID, sts:ExternalId, aws:SourceArn or the like.",
  severity: "critical",
  atPreview:
    "A policy with an unknown ARN is unknown as a whole; the `statements` that its component registers as output are checked in its place. The own account is taken from ARNs, from aws:SourceAccount conditions and from the setting `accounts`; as long as none of them is known, only `*` is found.",
  settings: { accounts: { meaning: "Account ids that need no condition, beside the stack's own.", default: [] } },
  checkStack: (stack, settings) => {
    const own = new Set([...accountsIn(stack), ...(settings["accounts"] ?? [])]);
    return stack.of(...resourcePolicyTypes).flatMap((resource): Violation[] =>
      (knownStatements(resource) ?? [])
        .filter((statement) => statement.effect === "Allow" && !limitsCallers(statement))
        .flatMap((statement) =>
          statement.allOtherPrincipals ? ["*"] : principalsOf(statement, "everybody", "aws", "federated"),
        )
        .flatMap((principal) => {
          if (principal === "*") {
            return [
              `${resource.label} trusts everybody (principal "*") without a condition: anyone with an AWS account can use it. Name a principal or add a condition.`,
            ];
          }
          const account = accountOf(principal);
          return account === undefined || own.size === 0 || own.has(account)
            ? []
            : [
                `${resource.label} trusts ${shown(principal)} of another account without a condition: whoever gets hold of that account can use it. Add a condition such as sts:ExternalId or aws:PrincipalOrgID.`,
              ];
        })
        .map((message) => ({ resource, message })),
    );
  },
};

const limitsCallers = (statement: Statement): boolean =>
  hasCondition(
    statement,
    /^aws:(?:source|principal(?:account|arn|org))|^sts:externalid$|^kms:calleraccount$|:(?:sub|aud)$/,
  );

const accountOf = (principal: string): string | undefined =>
  /^(?:arn:[^:]*:(?:iam|sts)::)?(\d{12})(?::|$)/.exec(principal)?.[1];

/** The account that the stack is deployed to: the one in its resources' ARNs, or that its policies take for their own. */
const accountsIn = (stack: Stack): readonly string[] => [
  ...stack.resources.flatMap(
    ({ properties }) => /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(String(properties["arn"] ?? ""))?.[1] ?? [],
  ),
  ...stack
    .of(...resourcePolicyTypes)
    .flatMap(resourceStatements)
    .flatMap((statement) => textsIn(conditionValues(statement, /^(?:aws:sourceaccount|kms:calleraccount)$/))),
];
