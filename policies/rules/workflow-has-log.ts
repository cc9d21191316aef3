import type { ResourceRule } from "../rule";
import { at, isSet } from "../value";

export const workflowHasLog: ResourceRule = {
  name: "workflow-has-log",
  area: "Operated",
  reason: "An Express execution leaves nothing behind but its log; without one nobody can say why it failed.",
  source: "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
  fix: "Set loggingConfiguration with level ERROR or ALL and a logDestination.",
  severity: "medium",
  types: ["aws:sfn/stateMachine:StateMachine"],
  check: ({ label, properties }) => {
    const logging = properties["loggingConfiguration"];
    const level = at(logging, "level");
    return isSet(level) && level !== "OFF" && isSet(at(logging, "logDestination"))
      ? []
      : [
          `${label} writes no log: why an execution failed is not known. Set loggingConfiguration with level ERROR and a logDestination.`,
        ];
  },
};
