import { consumersOf } from "../consumers";
import type { StackRule } from "../rule";

export const visibilityCoversConsumer: StackRule = {
  name: "visibility-covers-consumer",
  area: "Nothing lost",
  reason: "A message that becomes visible while its consumer still works on it is worked on twice.",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-queueconfig",
  fix: "Set visibilityTimeoutSeconds to 6 times the function's timeout and the batching window, or more.",
  severity: "high",
  checkStack: (stack) =>
    consumersOf(stack).flatMap(({ mapping, source: resource, consumer }) => {
      if (resource.type !== "aws:sqs/queue:Queue") return [];
      // Defaults: SQS makes a message visible after 30 seconds, Lambda gives a function 3.
      const visibility = resource.properties["visibilityTimeoutSeconds"] ?? 30;
      const timeout = consumer.properties["timeout"] ?? 3;
      const window = mapping.properties["maximumBatchingWindowInSeconds"] ?? 0;
      if (typeof visibility !== "number" || typeof timeout !== "number" || typeof window !== "number") return [];
      const needed = 6 * timeout + window;
      return visibility >= needed
        ? []
        : [
            {
              resource,
              message: `${resource.label} hides a message for ${visibility} seconds and ${consumer.label} may take ${timeout}: with its retries it is worked on twice. Set visibilityTimeoutSeconds to ${needed} or more.`,
            },
          ];
    }),
};
