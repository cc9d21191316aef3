import {
  identityPolicyTypes,
  identityStatements,
  knownActions,
  resourcePolicyTypes,
  resourceStatements,
} from "../policy-document";
import type { ResourceRule } from "../rule";

export const noWildcardAction: ResourceRule = {
  name: "no-wildcard-action",
  area: "IAM",
  reason: "A wildcard action grants every action that AWS adds later, whether it is used or not.",
  source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
  fix: "List the actions that are used.",
  severity: "high",
  atPreview:
    "A document with an unknown ARN is unknown as a whole; a component's `grants` input is checked in its place.",
  // A key's policy gives the account kms:* by AWS's own advice, so that the key stays manageable.
  types: [...identityPolicyTypes, ...resourcePolicyTypes.filter((type) => type !== "aws:kms/key:Key")],
  check: (resource) => {
    const statements = [...identityStatements(resource), ...resourceStatements(resource)].filter(
      ({ effect }) => effect === "Allow",
    );
    return statements.flatMap((statement) => {
      const actions = knownActions(statement);
      return statement.allOtherActions
        ? [
            `${resource.label} allows all actions but ${actions.join(", ")} (NotAction): it grants every action that AWS adds later. List the actions that are used in Action.`,
          ]
        : actions
            .filter((action) => action.includes("*"))
            .map(
              (action) =>
                `${resource.label} allows ${action}: it grants every action that AWS adds later. List the actions that are used.`,
            );
    });
  },
};
