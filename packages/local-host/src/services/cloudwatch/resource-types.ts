import * as z from "zod";
import { arnOf, named, physicalName } from "../../kernel/program/provision";
import { resourceType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";
import { comparisonOperators } from "./alarm-evaluation";

const period = z.int().refine((seconds) => seconds % 60 === 0 || [10, 20, 30].includes(seconds), {
  message: "a period is 10, 20, 30 or a multiple of 60 seconds",
});
const actions = z.array(z.string().regex(/^arn:aws:(sns|lambda):/, "actions are topics and functions")).default([]);
const dimensions = z.record(z.string(), z.string()).default({});

const acted = {
  alarmDescription: z.string().optional(),
  actionsEnabled: z.boolean().default(true),
  alarmActions: actions,
  okActions: actions,
  insufficientDataActions: actions,
};

export const alarmType = resourceType(
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  named("cloudwatch", (name) => `alarm:${name}`),
  {
    shape: {
      ...acted,
      comparisonOperator: z.enum(comparisonOperators),
      threshold: z.number(),
      evaluationPeriods: z.int().min(1),
      datapointsToAlarm: z.int().min(1).optional(),
      treatMissingData: z.enum(["missing", "ignore", "breaching", "notBreaching"]).default("missing"),
      namespace: z.string().optional(),
      metricName: z.string().optional(),
      dimensions,
      statistic: z.string().optional(),
      extendedStatistic: z.string().optional(),
      period: period.optional(),
      metricQueries: z
        .array(
          z.strictObject({
            id: z.string(),
            label: z.string().optional(),
            returnData: z.boolean().optional(),
            expression: z.string().optional(),
            period: period.optional(),
            accountId: z.string().optional(),
            metric: z
              .strictObject({
                namespace: z.string(),
                metricName: z.string(),
                dimensions,
                period,
                stat: z.string(),
                unit: z.string().optional(),
              })
              .optional(),
          }),
        )
        .optional(),
    },
    withoutEffect: ["name", "unit", "evaluateLowSampleCountPercentiles"],
  },
);

export const compositeAlarmType = resourceType(
  "aws:cloudwatch/compositeAlarm:CompositeAlarm",
  (resource, at) => {
    const alarmName = physicalName(resource, "alarmName");
    return { id: alarmName, outputs: { alarmName, arn: arnOf("cloudwatch", `alarm:${alarmName}`, at) } };
  },
  { shape: { ...acted, alarmName: z.string(), alarmRule: z.string().max(10_240) }, withoutEffect: [] },
);

/** The body is read apart from the other inputs (dashboard-body.ts): its faults are said as PutDashboard says them. */
export const dashboardType = resourceType(
  "aws:cloudwatch/dashboard:Dashboard",
  (resource, at) => {
    const dashboardName = physicalName(resource, "dashboardName");
    return {
      id: dashboardName,
      outputs: { dashboardName, dashboardArn: `arn:aws:cloudwatch::${at.accountId}:dashboard/${dashboardName}` },
    };
  },
  { shape: { dashboardName: z.string(), dashboardBody: z.string() }, withoutEffect: [] },
);

export const cloudwatchDeclaration: ServiceDeclaration = {
  name: "cloudwatch",
  names: [
    {
      type: alarmType.token,
      atMost: 255,
      pattern: /^.+$/su,
      of: "any characters",
      page: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
    },
    {
      type: compositeAlarmType.token,
      property: "alarmName",
      atMost: 255,
      pattern: /^.+$/su,
      of: "any characters",
      page: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html",
    },
    {
      type: dashboardType.token,
      property: "dashboardName",
      atMost: 255,
      pattern: /^[\w-]+$/,
      of: "letters, digits, hyphens and underscores",
      page: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html",
    },
  ],
  types: [alarmType, compositeAlarmType, dashboardType],
  access: {
    conditionKeys: ["cloudwatch:namespace"],
    refusals: { cloudwatch: { code: "AccessDenied", status: 403 } },
  },
};
