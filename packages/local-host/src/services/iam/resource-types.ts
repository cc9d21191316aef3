import { attachment, digits, physicalName } from "../../kernel/program/provision";
import { passiveType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";

/** Read by the access control. */
export const iamDeclaration: ServiceDeclaration = {
  name: "iam",
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
