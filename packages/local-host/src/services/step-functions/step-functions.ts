import type { Service } from "../../kernel/service";
import { stepFunctionsDeclaration } from "./resource-types";
import { type WorkflowHost, workflowHost } from "./workflow-host";

export const stepFunctions: Service<WorkflowHost> = {
  ...stepFunctionsDeclaration,
  host: (context) => workflowHost(context),
};
