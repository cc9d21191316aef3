import { consumersOf } from "../consumers";
import type { StackRule } from "../rule";
import { at } from "../value";

export const concurrencyFitsMapping: StackRule = {
  name: "concurrency-fits-mapping",
  area: "Operated",
  reason:
    "A mapping that invokes more often than its function may run is throttled, and good messages end among the dead letters.",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html#events-sqs-max-concurrency",
  fix: "Set scalingConfig.maximumConcurrency, not above the function's reservedConcurrentExecutions.",
  severity: "high",
  checkStack: (stack) =>
    consumersOf(stack).flatMap(({ mapping: resource, source, consumer }) => {
      const reserved = consumer.properties["reservedConcurrentExecutions"];
      const maximum = at(resource.properties["scalingConfig"], "maximumConcurrency");
      // -1 is AWS's word for no reservation.
      if (source.type !== "aws:sqs/queue:Queue" || typeof reserved !== "number" || reserved < 0) return [];
      if (maximum === undefined) {
        return [
          {
            resource,
            message: `${resource.label} has no scalingConfig.maximumConcurrency and ${consumer.label} reserves ${reserved}: what comes above that is throttled. Set it to ${reserved} or less.`,
          },
        ];
      }
      return typeof maximum !== "number" || maximum <= reserved
        ? []
        : [
            {
              resource,
              message: `${resource.label} has scalingConfig.maximumConcurrency ${maximum} and ${consumer.label} reserves ${reserved}: what comes above that is throttled. Set it to ${reserved} or less.`,
            },
          ];
    }),
};
