import * as z from "zod";
import { AwsError } from "../../kernel/endpoint/aws-service";
import { checkMonitoring, type MonitoringAction, readRequest } from "./monitoring-request";

export const getDashboard: MonitoringAction = (parts, input, principal) => {
  const { DashboardName } = readRequest(z.object({ DashboardName: z.string() }), input);
  const found = parts.dashboards().find(({ name }) => name === DashboardName);
  const resourceArn = `arn:aws:cloudwatch::${parts.context.graph.accountId}:dashboard/${DashboardName}`;
  checkMonitoring(parts, principal, "GetDashboard", { resourceArn });
  if (found === undefined) throw new AwsError("ResourceNotFound", `Dashboard ${DashboardName} does not exist`, 404);
  return { DashboardArn: found.arn, DashboardBody: found.body, DashboardName };
};

export const listDashboards: MonitoringAction = (parts, input, principal) => {
  const { DashboardNamePrefix } = readRequest(z.object({ DashboardNamePrefix: z.string().default("") }), input);
  checkMonitoring(parts, principal, "ListDashboards");
  return {
    DashboardEntries: parts
      .dashboards()
      .filter(({ name }) => name.startsWith(DashboardNamePrefix))
      .map(({ name, arn, body }) => ({ DashboardArn: arn, DashboardName: name, Size: Buffer.byteLength(body) })),
  };
};
