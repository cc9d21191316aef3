import type { HostContext } from "../../kernel/host-context";
import { identityOf } from "../../kernel/program/identity-of";
import { resourcesOf } from "../../kernel/program/resource-graph";
import type { MetricStore } from "./metric-store";

export interface QueueDepth {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly oldestAgeSeconds: number;
}

/** Looks up a queue; the host of queues provides it. */
export type QueueDepthOf = (queueArn: string) => QueueDepth | Promise<QueueDepth>;

/** Returns a function that records AWS/SQS's gauges of every queue of the graph once. */
export const queueGauges = (context: HostContext, store: MetricStore, depthOf: QueueDepthOf): (() => Promise<void>) => {
  const queues = resourcesOf(context.graph, "aws:sqs/queue:Queue").map(identityOf);
  return async () => {
    for (const { arn, name } of queues) {
      const depth = await depthOf(arn);
      const gauge = (metric: string, value: number, unit: string): void =>
        store.recordGauge({ namespace: "AWS/SQS", name: metric, dimensions: { QueueName: name } }, value, unit);
      gauge("ApproximateNumberOfMessagesVisible", depth.visible, "Count");
      gauge("ApproximateNumberOfMessagesNotVisible", depth.inFlight, "Count");
      gauge("ApproximateNumberOfMessagesDelayed", depth.delayed, "Count");
      gauge("ApproximateAgeOfOldestMessage", depth.oldestAgeSeconds, "Seconds");
    }
  };
};
