import * as z from "zod";
import { arnOf, attachment, named, type Provision, physicalName } from "../../kernel/program/provision";
import { passiveType, resourceType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";

const text = z.string();
const optionalText = z.string().optional();

export const busType = resourceType(
  "aws:cloudwatch/eventBus:EventBus",
  named("events", (name) => `event-bus/${name}`),
  {
    shape: {
      description: optionalText,
      kmsKeyIdentifier: optionalText,
      deadLetterConfig: z.strictObject({ arn: optionalText }).optional(),
    },
    withoutEffect: ["name"],
  },
);

const provisionRule: Provision = (resource, at) => {
  const name = physicalName(resource);
  const bus = resource.inputs["eventBusName"];
  const path = typeof bus === "string" && bus !== "default" ? `rule/${bus}/${name}` : `rule/${name}`;
  return { id: name, outputs: { name, arn: arnOf("events", path, at) } };
};

export const ruleType = resourceType("aws:cloudwatch/eventRule:EventRule", provisionRule, {
  shape: {
    description: optionalText,
    eventBusName: optionalText,
    eventPattern: optionalText,
    scheduleExpression: optionalText,
    state: z.enum(["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"]).optional(),
    isEnabled: z.boolean().optional(),
  },
  withoutEffect: ["name", "namePrefix", "forceDestroy", "roleArn"],
});

export const targetType = resourceType("aws:cloudwatch/eventTarget:EventTarget", attachment, {
  shape: {
    rule: text,
    arn: text,
    eventBusName: optionalText,
    targetId: optionalText,
    roleArn: optionalText,
    input: optionalText,
    inputPath: optionalText,
    inputTransformer: z
      .strictObject({ inputPaths: z.record(z.string(), z.string()).optional(), inputTemplate: text })
      .optional(),
    deadLetterConfig: z.strictObject({ arn: optionalText }).optional(),
    sqsTarget: z.strictObject({ messageGroupId: optionalText }).optional(),
    retryPolicy: z
      .strictObject({
        maximumEventAgeInSeconds: z.int().min(60).max(86_400).optional(),
        maximumRetryAttempts: z.int().min(0).max(185).optional(),
      })
      .optional(),
  },
  withoutEffect: ["forceDestroy"],
});

export const archiveType = resourceType(
  "aws:cloudwatch/eventArchive:EventArchive",
  named("events", (name) => `archive/${name}`),
  {
    shape: { eventSourceArn: text, eventPattern: optionalText, retentionDays: z.int().min(0).optional() },
    withoutEffect: ["name", "description", "kmsKeyIdentifier"],
  },
);

export const scheduleType = resourceType(
  "aws:scheduler/schedule:Schedule",
  named("scheduler", (name) => `schedule/default/${name}`),
  {
    shape: {
      scheduleExpression: z.string(),
      scheduleExpressionTimezone: z.string().optional(),
      flexibleTimeWindow: z.strictObject({
        mode: z.enum(["OFF", "FLEXIBLE"]),
        maximumWindowInMinutes: z.number().optional(),
      }),
      groupName: z.string().optional(),
      startDate: z.iso.datetime({ offset: true }).optional(),
      endDate: z.iso.datetime({ offset: true }).optional(),
      state: z.enum(["ENABLED", "DISABLED"]).optional(),
      target: z.strictObject({
        arn: z.string(),
        roleArn: z.string(),
        input: z.string().optional(),
        deadLetterConfig: z.strictObject({ arn: z.string() }).optional(),
        eventbridgeParameters: z.strictObject({ detailType: z.string(), source: z.string() }).optional(),
        sqsParameters: z.strictObject({ messageGroupId: z.string().optional() }).optional(),
        retryPolicy: z
          .strictObject({
            maximumEventAgeInSeconds: z.int().min(60).max(86_400).optional(),
            maximumRetryAttempts: z.int().min(0).max(185).optional(),
          })
          .optional(),
      }),
    },
    withoutEffect: ["name", "namePrefix", "description", "kmsKeyArn", "actionAfterCompletion"],
  },
);

/** Policies are read by the access control; groups only name a metric's dimension. */
export const passiveEventTypes = [
  passiveType("aws:cloudwatch/eventBusPolicy:EventBusPolicy", attachment),
  passiveType(
    "aws:scheduler/scheduleGroup:ScheduleGroup",
    named("scheduler", (name) => `schedule-group/${name}`),
  ),
];

export const eventBridgeDeclaration: ServiceDeclaration = {
  name: "event-bridge",
  names: [
    {
      type: ruleType.token,
      atMost: 64,
      pattern: /^[.\w-]+$/,
      of: "letters, digits, dots, hyphens and underscores",
      page: "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html",
    },
    {
      type: busType.token,
      atMost: 256,
      pattern: /^[/.\w-]+$/,
      of: "letters, digits and / . _ -",
      page: "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html",
    },
    {
      type: archiveType.token,
      atMost: 48,
      pattern: /^[.\w-]+$/,
      of: "letters, digits, dots, hyphens and underscores",
      page: "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateArchive.html",
    },
    {
      type: scheduleType.token,
      atMost: 64,
      pattern: /^[.\w-]+$/,
      of: "letters, digits, dots, hyphens and underscores",
      page: "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html",
    },
  ],
  types: [busType, ruleType, targetType, archiveType, scheduleType, ...passiveEventTypes],
};
