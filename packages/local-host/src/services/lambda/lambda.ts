import type { Service } from "../../kernel/service";
import { type LambdaHost, lambdaHost } from "./lambda-host";
import { lambdaDeclaration } from "./resource-types";

export const lambda: Service<LambdaHost> = {
  ...lambdaDeclaration,
  host: (context) =>
    lambdaHost(context, { credentialsFor: (roleArn, actor) => context.credentials.issue(roleArn, actor) }),
};
