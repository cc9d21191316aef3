import type { ResourceRule } from "../rule";
import { itemsOf } from "../value";

export const noFullAccessPolicy: ResourceRule = {
  name: "no-full-access-policy",
  area: "IAM",
  reason: "A full-access policy of AWS's own grants a whole service, or the whole account.",
  source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-use-aws-defined-policies",
  fix: "Write a policy with the actions and resources that are used.",
  severity: "critical",
  types: [
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    "aws:iam/policyAttachment:PolicyAttachment",
    "aws:iam/role:Role",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
  ],
  check: ({ label, properties }) =>
    ["policyArn", "policyArns", "managedPolicyArns"]
      .flatMap((name) => itemsOf(properties[name]))
      .filter((arn) => typeof arn === "string")
      .filter((arn) => /^arn:aws[\w-]*:iam::aws:policy\/.*(?:FullAccess|AdministratorAccess|PowerUserAccess)/.test(arn))
      .map(
        (arn) =>
          `${label} attaches ${arn}: it grants far more than one program needs. Write a policy with the actions and resources that are used.`,
      ),
};
