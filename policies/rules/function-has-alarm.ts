import { isWatched } from "../alarms";
import type { StackRule } from "../rule";

export const functionHasAlarm: StackRule = {
  name: "function-has-alarm",
  area: "Operated",
  reason: "A function that fails without an alarm fails until a customer calls.",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics.html",
  fix: "Declare a MetricAlarm on AWS/Lambda Errors with the function's name as FunctionName.",
  severity: "medium",
  checkStack: (stack) =>
    stack
      .of("aws:lambda/function:Function")
      .filter((fn) => !isWatched(stack, fn, { namespace: "AWS/Lambda", names: ["Errors"], dimension: "FunctionName" }))
      .map((resource) => ({
        resource,
        message: `${resource.label} has no alarm on its errors: it fails until a customer calls. Declare a MetricAlarm on AWS/Lambda Errors with its name as FunctionName.`,
      })),
};
