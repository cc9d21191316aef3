import type { ResourceRule } from "../rule";
import { at, isSet } from "../value";

export const ruleTargetHasDeadLetters: ResourceRule = {
  name: "rule-target-has-dead-letters",
  area: "Nothing lost",
  reason:
    "EventBridge drops an event that it could not deliver in 24 hours or 185 tries, unless a dead-letter queue takes it.",
  source: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html",
  fix: "Set deadLetterConfig with a queue's ARN.",
  severity: "high",
  types: ["aws:cloudwatch/eventTarget:EventTarget", "aws:scheduler/schedule:Schedule"],
  check: ({ type, label, properties }) => {
    const target = type === "aws:scheduler/schedule:Schedule" ? properties["target"] : properties;
    return isSet(at(target, "deadLetterConfig", "arn"))
      ? []
      : [
          `${label} has no deadLetterConfig: an event that cannot be delivered is dropped after 24 hours. Set deadLetterConfig with a queue's ARN.`,
        ];
  },
};
