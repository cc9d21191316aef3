import type { ResourceRule } from "../rule";
import { at, isSet } from "../value";

export const encryptedBusHasDeadLetters: ResourceRule = {
  name: "encrypted-bus-has-dead-letters",
  area: "Nothing lost",
  reason:
    "While the customer-managed key of a bus is disabled, PutEvents answers success and the events are gone, unless a dead-letter queue takes them.",
  source: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-dlq.html",
  fix: "Set deadLetterConfig with the ARN of a queue that does not depend on the same key.",
  severity: "high",
  types: ["aws:cloudwatch/eventBus:EventBus"],
  check: ({ label, properties }) =>
    isSet(properties["kmsKeyIdentifier"]) && !isSet(at(properties["deadLetterConfig"], "arn"))
      ? [
          `${label} has a key of the account's own and no deadLetterConfig: events are lost while the key cannot be used. Set deadLetterConfig with a queue's ARN.`,
        ]
      : [],
};
