import { consumersOf } from "../consumers";
import type { StackRule } from "../rule";
import { at } from "../value";

/** Messages that Lambda hands to a function at once, unless the mapping says otherwise. */
const usualBatch = 10;

export const workflowFitsFunctions: StackRule = {
  name: "workflow-fits-functions",
  area: "Operated",
  reason:
    "A queue's consumer that starts an execution for each message of a batch runs as many at once as its mapping allows times the batch: functions behind the workflow that may not run as often are throttled, and good messages end among the dead letters.",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html#events-sqs-max-concurrency",
  fix: "Lower scalingConfig.maximumConcurrency or batchSize, or raise reservedConcurrentExecutions of the functions behind the workflow.",
  severity: "high",
  checkStack: (stack) =>
    consumersOf(stack)
      .filter(({ source }) => source.type === "aws:sqs/queue:Queue")
      .flatMap(({ mapping: resource, consumer }) => {
        const batch = resource.properties["batchSize"] ?? usualBatch;
        const maximum = at(resource.properties["scalingConfig"], "maximumConcurrency") ?? Infinity;
        if (typeof batch !== "number" || typeof maximum !== "number") return [];
        return stack
          .referredBy(consumer, "environment", "aws:sfn/stateMachine:StateMachine")
          .flatMap((workflow) =>
            stack
              .referredBy(workflow, "definition", "aws:lambda/function:Function")
              .map((fn) => ({ workflow, fn, reserved: fn.properties["reservedConcurrentExecutions"] })),
          )
          .flatMap(({ workflow, fn, reserved }) =>
            // -1 is AWS's word for no reservation.
            typeof reserved !== "number" || reserved < 0 || maximum * batch <= reserved
              ? []
              : [
                  {
                    resource,
                    message: `${resource.label} runs up to ${maximum === Infinity ? "any number of" : maximum * batch} executions of ${workflow.label} at once (maximumConcurrency ${maximum === Infinity ? "not set" : maximum}, batches of ${batch}) and ${fn.label} behind it reserves ${reserved}: what comes above that is throttled. Lower maximumConcurrency or batchSize.`,
                  },
                ],
          );
      }),
};
