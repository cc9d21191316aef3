import type { Service } from "../../kernel/service";
import { cognitoDeclaration } from "./resource-types";
import { type UserPoolHost, userPoolHost } from "./user-pool-host";

export const cognito: Service<UserPoolHost> = {
  ...cognitoDeclaration,
  host: userPoolHost,
};
