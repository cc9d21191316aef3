import type { ResourceRule } from "../rule";
import { at, parsed } from "../value";

/** AWS's advice for a queue that a function consumes. */
const least = 5;

export const receivesBeforeDeadLetters: ResourceRule = {
  name: "receives-before-dead-letters",
  area: "Nothing lost",
  reason: "Throttling counts as a receive; with few receives good messages end among the dead letters.",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-queueconfig",
  fix: "Set maxReceiveCount to 5 or more.",
  severity: "medium",
  atPreview:
    "A redrive policy with an unknown ARN is unknown as a whole; a component's `maxReceives` input is checked in its place.",
  types: ["aws:sqs/queue:Queue", "aws:sqs/redrivePolicy:RedrivePolicy", "components"],
  check: ({ label, properties }) => {
    const [count, name] =
      properties["maxReceives"] === undefined
        ? [at(parsed(properties["redrivePolicy"]), "maxReceiveCount"), "maxReceiveCount"]
        : [properties["maxReceives"], "maxReceives"];
    return typeof count === "number" && count < least
      ? [
          `${label} has ${name} ${count}: being throttled is enough to end among the dead letters. Set it to ${least} or more.`,
        ]
      : [];
  },
};
