import type { StackRule } from "../rule";
import { at, isSet, unknown } from "../value";

export const functionHasLogGroup: StackRule = {
  name: "function-has-log-group",
  area: "Operated",
  reason: "Lambda makes a log group of its own that is kept forever, has no key and outlives the stack.",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html",
  fix: "Declare a LogGroup and name it in the function's loggingConfig.logGroup.",
  severity: "medium",
  checkStack: (stack) => {
    const groups = stack.of("aws:cloudwatch/logGroup:LogGroup");
    return stack.of("aws:lambda/function:Function").flatMap((resource) => {
      const given = at(resource.properties["loggingConfig"], "logGroup");
      const named = `/aws/lambda/${String(resource.properties["name"])}`;
      const declared = groups.some(
        (group) => group.properties["name"] === named || stack.refers(resource, "loggingConfig", group, "logGroup"),
      );
      return declared || given === unknown
        ? []
        : [
            {
              resource,
              message: `${resource.label} logs to ${isSet(given) ? String(given) : "a log group that Lambda makes"}, which the stack does not declare: it is kept forever. Declare a LogGroup and name it in loggingConfig.logGroup.`,
            },
          ];
    });
  },
};
