import { onTestFinished } from "vitest";
import { type MetricsHost, metricsHost } from "../src/services/cloudwatch/metrics-host";
import type { QueueDepth } from "../src/services/cloudwatch/queue-gauges";
import { arnOf, recordedContext, resource } from "./recorded-context";

export const TOPIC = arnOf("sns", "alarms");
export const ALARM = arnOf("cloudwatch", "alarm:dead-letters");
export const MINUTE = 60_000;
export const START = Date.parse("2026-01-01T00:00:10Z");

export const alarm = (inputs: Readonly<Record<string, unknown>>) =>
  resource(
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "dead-letters",
    {
      namespace: "Shop",
      metricName: "Failures",
      dimensions: { Step: "pay" },
      statistic: "Sum",
      period: 60,
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      treatMissingData: "notBreaching",
      alarmActions: [TOPIC],
      okActions: [TOPIC],
      ...inputs,
    },
    { arn: ALARM },
  );

export const start = async (
  resources: Parameters<typeof recordedContext>[0] & {} = {},
  queueDepth?: (arn: string) => QueueDepth,
) => {
  const clock = { now: START };
  const context = recordedContext(resources);
  const host = metricsHost(context, {
    now: () => clock.now,
    tick: 5,
    ...(queueDepth === undefined ? {} : { queueDepth }),
  });
  onTestFinished(() => host.stop());
  await host.start();
  const state = () => host.alarms()[0]?.state;
  return { clock, context, host, state };
};

export const failure = (host: MetricsHost, value = 1) =>
  host.calls.recordMetric("Shop", "Failures", { Step: "pay" }, value, "Count");
