import { isWatched } from "../alarms";
import { consumersOf } from "../consumers";
import type { StackRule } from "../rule";

export const throttlesHaveAlarm: StackRule = {
  name: "throttles-have-alarm",
  area: "Operated",
  reason:
    "A throttled call of a function is not an error of the function: with no queue or stream to come back from, it is answered with an error, or dropped after hours.",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html",
  fix: "Declare a MetricAlarm on AWS/Lambda Throttles with the function's name as FunctionName.",
  severity: "medium",
  checkStack: (stack) => {
    const consumers = new Set(consumersOf(stack).map(({ consumer }) => consumer.urn));
    return stack
      .of("aws:lambda/function:Function")
      .filter(({ urn }) => !consumers.has(urn))
      .filter(
        (fn) => !isWatched(stack, fn, { namespace: "AWS/Lambda", names: ["Throttles"], dimension: "FunctionName" }),
      )
      .map((resource) => ({
        resource,
        message: `${resource.label} has no queue or stream behind it and no alarm on its throttles: calls are refused, unseen. Declare a MetricAlarm on AWS/Lambda Throttles with its name as FunctionName.`,
      }));
  },
};
