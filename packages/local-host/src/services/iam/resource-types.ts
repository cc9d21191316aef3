import { attachment, digits, physicalName } from "../../kernel/program/provision";
import { passiveType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";

/** Read by the access control. */
export const iamDeclaration: ServiceDeclaration = {
  name: "iam",
  names: [
    {
      type: "aws:iam/role:Role",
      atMost: 64,
      pattern: /^[\w+=,.@-]+$/,
      of: "letters, digits and _ + = , . @ -",
      page: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
    },
  ],
  types: [
    passiveType("aws:iam/role:Role", (resource, { accountId }) => {
      const name = physicalName(resource);
      return {
        id: name,
        outputs: { name, arn: `arn:aws:iam::${accountId}:role/${name}`, uniqueId: digits(resource, 16) },
      };
    }),
    passiveType("aws:iam/rolePolicy:RolePolicy", attachment),
  ],
};
