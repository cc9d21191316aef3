import type { ActionService } from "../../kernel/endpoint/aws-service";
import { jsonService } from "../../kernel/endpoint/json-service";
import { describeAlarms, setAlarmState } from "./alarm-actions";
import { getDashboard, listDashboards } from "./dashboard-actions";
import { listMetrics, putMetricData } from "./metric-actions";
import { getMetricData, getMetricStatistics } from "./metric-data-actions";
import type { MonitoringAction, MonitoringParts } from "./monitoring-request";

const actions: Readonly<Record<string, MonitoringAction>> = {
  PutMetricData: putMetricData,
  GetMetricData: getMetricData,
  GetMetricStatistics: getMetricStatistics,
  ListMetrics: listMetrics,
  DescribeAlarms: describeAlarms,
  SetAlarmState: setAlarmState,
  GetDashboard: getDashboard,
  ListDashboards: listDashboards,
};

/** CloudWatch's API for metrics, alarms and dashboards. */
export const monitoringService = (parts: MonitoringParts): ActionService =>
  jsonService(
    "monitoring",
    ["GraniteServiceVersion20100801"],
    Object.fromEntries(
      Object.entries(actions).map(([name, perform]) => [name, (input, principal) => perform(parts, input, principal)]),
    ),
  );
