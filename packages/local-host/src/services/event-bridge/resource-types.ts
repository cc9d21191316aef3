import * as z from "zod";
import { arnOf, attachment, named, type Provision, physicalName } from "../../kernel/program/provision";
import type { ResourceGraph, ResourceNode } from "../../kernel/program/resource-graph";
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

/** Read by the access control. */
const busPolicyType = passiveType("aws:cloudwatch/eventBusPolicy:EventBusPolicy", attachment);

/** A group only matters as a metric's dimension, and in the trust of roles. */
const scheduleGroupType = passiveType(
  "aws:scheduler/scheduleGroup:ScheduleGroup",
  named("scheduler", (name) => `schedule-group/${name}`),
);

const busOfPolicy = ({ inputs }: ResourceNode, graph: ResourceGraph): string =>
  arnOf("events", `event-bus/${String(inputs["eventBusName"] ?? "default")}`, graph);

const groupOfSchedule = ({ inputs }: ResourceNode, graph: ResourceGraph): string =>
  arnOf("scheduler", `schedule-group/${String(inputs["groupName"] ?? "default")}`, graph);

const busInContext = "kms:EncryptionContext:aws:events:event-bus:arn";

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
  types: [busType, ruleType, targetType, archiveType, scheduleType, busPolicyType, scheduleGroupType],
  access: {
    policies: [{ type: busPolicyType, arn: busOfPolicy }],
    unevaluated: { "aws:cloudwatch/eventPermission:EventPermission": "write what it grants as aws:iam/rolePolicy" },
    conditionKeys: ["events:detail-type", "events:source", busInContext],
    // "If the output has a SourceAccount field, then you need to remove it. A SourceAccount setting prevents EventBridge from
    // being able to invoke the function."
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
    withheld: [{ service: "events.amazonaws.com", action: "lambda:InvokeFunction", key: "aws:SourceAccount" }],
    roleUsers: [
      {
        type: scheduleType,
        role: "target.roleArn",
        service: "scheduler.amazonaws.com",
        // "Do not scope the aws:SourceArn statement to a specific schedule or a schedule name prefix. The ARN you specify must
        // be a schedule group."
        // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
        source: groupOfSchedule,
        refusal:
          "ValidationException: The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
      },
      {
        type: targetType,
        role: "roleArn",
        service: "events.amazonaws.com",
        refusal: "ValidationException: The target's role cannot be assumed by principal 'events.amazonaws.com'.",
      },
    ],
    keyUsers: [
      {
        // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html
        type: busType,
        key: "kmsKeyIdentifier",
        service: () => "events.amazonaws.com",
        describe: ["kms:DescribeKey"],
        use: ["kms:GenerateDataKey", "kms:Decrypt"],
        context: ({ outputs }) => [busInContext, outputs["arn"]],
        refusal: "ValidationException: EventBridge may not use the event bus's KMS key.",
      },
      {
        // https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-archives.html
        type: archiveType,
        key: "kmsKeyIdentifier",
        service: () => "events.amazonaws.com",
        describe: ["kms:DescribeKey"],
        use: ["kms:GenerateDataKey", "kms:Decrypt", "kms:ReEncryptTo"],
        context: ({ inputs }) => [busInContext, inputs["eventSourceArn"]],
        refusal: "ValidationException: EventBridge may not use the archive's KMS key.",
      },
    ],
  },
};
