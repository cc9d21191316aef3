import { allow, arn, everything, named, type TypePermissions } from "./permission";

const alarms = [arn("cloudwatch", `alarm:${named}`)];
const dashboards = [arn("cloudwatch", `dashboard/${named}`, "")];
const logGroups = [
  arn("logs", "log-group:/order-pipeline/${Stack}/*"),
  arn("logs", `log-group:/aws/vendedlogs/*/${named}`),
];

/** DescribeAlarms leaves composite alarms out of its answer unless it is allowed on everything. */
const describeAlarms = allow("cloudwatch", "DescribeAlarms", everything);
const alarmTags = allow("cloudwatch", "ListTagsForResource", alarms);

/** Alarms, logs and the dashboard. */
export const monitoring: Readonly<Record<string, TypePermissions>> = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    read: [describeAlarms, alarmTags],
    write: [allow("cloudwatch", "PutMetricAlarm DeleteAlarms TagResource UntagResource", alarms)],
  },
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": {
    read: [describeAlarms, alarmTags],
    write: [
      // Refused with any narrower scope:
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
      allow("cloudwatch", "PutCompositeAlarm", everything),
      allow("cloudwatch", "DeleteAlarms TagResource UntagResource", alarms),
    ],
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    read: [allow("cloudwatch", "GetDashboard", dashboards)],
    write: [allow("cloudwatch", "PutDashboard DeleteDashboards", dashboards)],
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    read: [allow("logs", "DescribeLogGroups", everything), allow("logs", "ListTagsForResource", logGroups)],
    write: [
      allow(
        "logs",
        "CreateLogGroup PutRetentionPolicy DeleteRetentionPolicy AssociateKmsKey DisassociateKmsKey DeleteLogGroup TagResource UntagResource",
        logGroups,
      ),
    ],
  },
  "aws:cloudwatch/queryDefinition:QueryDefinition": {
    read: [allow("logs", "DescribeQueryDefinitions", everything)],
    write: [allow("logs", "PutQueryDefinition DeleteQueryDefinition", everything)],
  },
};
