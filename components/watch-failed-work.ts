import type * as pulumi from "@pulumi/pulumi";
import type { DivisionOf } from "../runtime/orders/order-metrics";
import type { HasWidgets } from "./building-blocks/dashboard";
import { drawn, orderMetric } from "./order-metric";
import type { Platform } from "./platform";

/**
 * Declares an alarm for messages that a step could not process, and returns their graph. Lambda's Errors stays 0 for them:
 * the invocation succeeds and reports them.
 */
export const watchFailedWork = (
  name: string,
  { Step, platform }: DivisionOf<"WorkFailed"> & { readonly platform: Platform },
  options: pulumi.CustomResourceOptions,
): HasWidgets => {
  platform.alarms.declare(
    `${name}-${Step}-work-fails`,
    {
      description: `${Step} failed to process more than 5 messages in 5 minutes. They are retried, and then go to a dead-letter queue. Its log shows the reason, with the order IDs.`,
      runbook: "a-function-fails",
      ...orderMetric(platform, "WorkFailed", { Step }),
      statistic: "Sum",
      above: 5,
      period: 300,
    },
    options,
  );
  const failed = drawn(orderMetric(platform, "WorkFailed", { Step }), "Sum", { label: `not handled by ${Step}` });
  return { widgets: [{ section: "flow", title: Step, metrics: [failed] }] };
};
