import * as z from "zod";
import { outputOf } from "../../kernel/program/output-of";
import { attachment, digits, physicalName } from "../../kernel/program/provision";
import type { ResourceGraph, ResourceNode } from "../../kernel/program/resource-graph";
import { resourceType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";

const document = z.union([z.string(), z.record(z.string(), z.unknown())]);

/** What a role is permitted by other ways is refused: managedPolicyArns, inlinePolicies, permissionsBoundary. */
const roleType = resourceType(
  "aws:iam/role:Role",
  (resource, { accountId }) => {
    const name = physicalName(resource);
    return {
      id: name,
      outputs: { name, arn: `arn:aws:iam::${accountId}:role/${name}`, uniqueId: digits(resource, 16) },
    };
  },
  {
    shape: { assumeRolePolicy: document },
    withoutEffect: ["name", "namePrefix", "description", "path", "maxSessionDuration", "forceDetachPolicies"],
  },
);

const rolePolicyType = resourceType("aws:iam/rolePolicy:RolePolicy", attachment, {
  shape: { role: z.string(), policy: document },
  withoutEffect: ["name", "namePrefix"],
});

const roleOfPolicy = (node: ResourceNode, graph: ResourceGraph): string => {
  const { role } = rolePolicyType.read(node);
  const owner = roleType.in(graph).find(({ id, outputs }) => id === role || outputs["name"] === role);
  if (owner !== undefined) return outputOf(owner, "arn");
  throw new Error(`its role ${role} is not a role of this program`);
};

const instead = "write what it grants as aws:iam/rolePolicy";

/** Read by the access control. */
export const iamDeclaration: ServiceDeclaration = {
  name: "iam",
  names: [
    {
      type: roleType.token,
      atMost: 64,
      pattern: /^[\w+=,.@-]+$/,
      of: "letters, digits and _ + = , . @ -",
      page: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
    },
  ],
  types: [roleType, rolePolicyType],
  access: {
    policies: [
      { type: roleType, about: "trust", document: (node) => roleType.read(node).assumeRolePolicy },
      { type: rolePolicyType, about: "role", arn: roleOfPolicy, document: (node) => rolePolicyType.read(node).policy },
    ],
    unevaluated: {
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment": instead,
      "aws:iam/policyAttachment:PolicyAttachment": instead,
      "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive": instead,
      "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": instead,
    },
  },
};
