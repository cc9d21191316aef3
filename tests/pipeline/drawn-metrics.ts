import { CloudWatchClient, GetDashboardCommand, ListMetricsCommand } from "@aws-sdk/client-cloudwatch";
import * as z from "zod";
import type { StartedHost } from "../support/started-host";

const body = z.object({
  widgets: z.array(z.object({ properties: z.object({ metrics: z.array(z.array(z.unknown())).default([]) }) })),
});

/** Namespace and name of the metrics that the stack's dashboard draws and the host has no data of. */
export const drawnWithoutData = async ({ host }: StartedHost): Promise<readonly string[]> => {
  const metrics = new CloudWatchClient(host.aws);
  const DashboardName = host.output("dashboard_url").split("/").at(-1);
  const { DashboardBody = "" } = await metrics.send(new GetDashboardCommand({ DashboardName }));
  const { Metrics = [] } = await metrics.send(new ListMetricsCommand({}));
  metrics.destroy();
  const known = new Set(Metrics.map(({ Namespace, MetricName }) => `${Namespace} ${MetricName}`));
  const { widgets } = body.parse(JSON.parse(DashboardBody));
  const drawn = widgets.flatMap(({ properties }) => properties.metrics);
  return [...new Set(drawn.map(([namespace, name]) => `${String(namespace)} ${String(name)}`))].filter(
    (metric) => !known.has(metric),
  );
};

/** Of these there is data once something fails, or stands still, or a schedule's time has come; or on AWS alone. */
export const notInTheOrdinary: readonly string[] = [
  "AWS/DynamoDB ConsumedReadCapacityUnits",
  "AWS/DynamoDB ConsumedWriteCapacityUnits",
  "AWS/DynamoDB ReadThrottleEvents",
  "AWS/DynamoDB WriteThrottleEvents",
  "AWS/Events FailedInvocations",
  "AWS/SNS NumberOfNotificationsFailed",
  "AWS/States ExecutionsFailed",
  "AWS/States ExecutionsTimedOut",
  "OrderPipeline FilesRefused",
  "OrderPipeline OpenOrdersBeyondLimit",
  "OrderPipeline OpenOrdersLeft",
  "OrderPipeline OldestOpenOrderAge",
  "OrderPipeline OrdersCancelled",
  "OrderPipeline OrdersReplayed",
  "OrderPipeline OrdersSetGoing",
  "OrderPipeline RefundLatency",
  "OrderPipeline RequestsRefused",
  "OrderPipeline WorkFailed",
];
