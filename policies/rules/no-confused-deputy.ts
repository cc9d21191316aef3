import {
  hasCondition,
  principalsOf,
  resourcePolicyTypes,
  resourceStatements,
  type Statement,
} from "../policy-document";
import type { Resource } from "../resource";
import type { ResourceRule } from "../rule";
import { isSet } from "../value";

const permission = "aws:lambda/permission:Permission";

export const noConfusedDeputy: ResourceRule = {
  name: "no-confused-deputy",
  area: "IAM",
  reason: "An AWS service acts for every customer; without a condition anybody's resource can make it use this one.",
  source:
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention",
  fix: "Add a condition on aws:SourceArn or aws:SourceAccount; a Lambda permission has sourceArn for it.",
  severity: "high",
  atPreview: "A policy that names its own unknown ARN is unknown as a whole, and is checked before it is written.",
  types: [...resourcePolicyTypes, permission],
  check: (resource) =>
    services(resource).map(
      (service) =>
        `${resource.label} lets ${service} in for any customer's resource: a stranger can have the service use it. ${
          resource.type === permission ? "Set sourceArn." : "Add a condition on aws:SourceArn or aws:SourceAccount."
        }`,
    ),
};

/**
 * Services that take on roles of the account that they act in, and of no other, without saying whom they act for: a condition on
 * the source is not documented for them, and where it is not met nothing runs.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
const withoutSource = ["lambda.amazonaws.com"];

/** Service principals that are let in without a condition. */
function services(resource: Resource): readonly string[] {
  if (resource.type === permission) {
    const { principal, sourceArn, sourceAccount } = resource.properties;
    const open = typeof principal === "string" && principal.includes(".amazonaws.com");
    return open && !isSet(sourceArn) && !isSet(sourceAccount) ? [principal] : [];
  }
  return resourceStatements(resource)
    .filter(
      (statement) =>
        statement.effect === "Allow" &&
        !onlyDescribesKey(statement) &&
        !hasCondition(statement, /^aws:source|^kms:(?:encryptioncontext|viaservice|calleraccount)/),
    )
    .flatMap((statement) => principalsOf(statement, "service"))
    .filter((service) => resource.type !== "aws:iam/role:Role" || !withoutSource.includes(service));
}

/** It gives away no more than what the key is; EventBridge needs it where no condition holds. */
const onlyDescribesKey = ({ actions }: Statement): boolean =>
  actions.length > 0 && actions.every((action) => action === "kms:DescribeKey");
