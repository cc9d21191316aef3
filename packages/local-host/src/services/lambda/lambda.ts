import type { Service } from "../../kernel/service";
import { xray } from "../xray/xray";
import { type LambdaHost, lambdaHost } from "./lambda-host";
import { lambdaDeclaration } from "./resource-types";

export const lambda: Service<LambdaHost> = {
  ...lambdaDeclaration,
  host: (context, hosts) =>
    lambdaHost(context, {
      credentialsFor: (roleArn, actor) => context.credentials.issue(roleArn, actor),
      traceDaemonFor: (principal) => hosts.of(xray).daemonFor(principal),
    }),
};
