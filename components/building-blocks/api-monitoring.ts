import type * as pulumi from "@pulumi/pulumi";
import type { DeclaresAlarms } from "./alarm-args";
import type { DashboardWidget } from "./dashboard";

/** Milliseconds that one in a hundred requests may take. */
const slowest = 2_000;

type ApiDimensions = { readonly ApiId: pulumi.Output<string> };

/** Declares what goes wrong with an API: errors, the share of them, and latency. */
export const declareApiAlarms = (
  name: string,
  alarms: DeclaresAlarms,
  dimensions: ApiDimensions,
  options: pulumi.CustomResourceOptions,
): void => {
  alarms.declare(
    `${name}-fails`,
    {
      description: `${name} returned 5xx for more than 5 requests in 5 minutes. Its access log shows the routes, and integration_error the reason. A function without errors of its own was throttled or timed out.`,
      runbook: "the-api-answers-with-errors",
      namespace: "AWS/ApiGateway",
      metric: "5xx",
      dimensions,
      statistic: "Sum",
      above: 5,
      period: 300,
    },
    options,
  );
  alarms.declare(
    `${name}-fails-often`,
    {
      description: `${name} returned 5xx for more than 5% of requests in 5 minutes: callers are affected. Its access log shows the routes.`,
      runbook: "the-api-answers-with-errors",
      namespace: "AWS/ApiGateway",
      metric: "5xx",
      dimensions,
      statistic: "Sum",
      percentage: { of: "Count", atLeast: 20 },
      above: 5,
      period: 300,
    },
    options,
  );
  alarms.declare(
    `${name}-slow`,
    {
      description: `The p99 latency of ${name} was above ${slowest / 1_000} seconds for 3 minutes: a function has too many cold starts, or the table is slow.`,
      runbook: "the-api-is-slow",
      namespace: "AWS/ApiGateway",
      metric: "Latency",
      dimensions,
      statistic: "p99",
      above: slowest,
      periods: 3,
    },
    options,
  );
};

/** An API's graphs. */
export const apiWidgets = (name: string, dimensions: ApiDimensions): readonly DashboardWidget[] => {
  const ofApi = { namespace: "AWS/ApiGateway", dimensions };
  return [
    {
      section: "outcome",
      title: `Requests to ${name}`,
      metrics: [
        { ...ofApi, metric: "Count", statistic: "Sum", label: "requests" },
        { ...ofApi, metric: "4xx", statistic: "Sum", label: "4xx" },
        { ...ofApi, metric: "5xx", statistic: "Sum", label: "5xx" },
      ],
    },
    {
      section: "outcome",
      title: `Time to answer of ${name}, milliseconds`,
      metrics: [
        { ...ofApi, metric: "Latency", statistic: "p50", label: "p50" },
        { ...ofApi, metric: "Latency", statistic: "p99", label: "p99" },
      ],
    },
  ];
};
