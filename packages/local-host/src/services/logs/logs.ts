import type { Service } from "../../kernel/service";
import { type LogGroupHost, logGroupHost } from "./log-group-host";
import { logsDeclaration } from "./resource-types";

export const logs: Service<LogGroupHost> = {
  ...logsDeclaration,
  host: (context) => logGroupHost(context),
};
