import type { ServiceDeclaration } from "../../kernel/service";

export const stsDeclaration: ServiceDeclaration = {
  name: "sts",
  types: [],
  functions: {
    "aws:index/getCallerIdentity:getCallerIdentity": ({ accountId }) => ({
      accountId,
      arn: `arn:aws:iam::${accountId}:root`,
      userId: accountId,
      id: accountId,
    }),
  },
};
