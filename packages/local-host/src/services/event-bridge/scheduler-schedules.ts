import { randomUUID } from "node:crypto";
import type { Principal } from "../../kernel/endpoint/principal";
import type { HostContext } from "../../kernel/host-context";
import { outputOf } from "../../kernel/program/output-of";
import type { ResourceNode } from "../../kernel/program/resource-graph";
import { unhostable } from "../../kernel/program/unhostable";
import { isSupportedTarget, targetServices } from "./deliver-to-target";
import type { DeliveryDispatcher } from "./delivery-dispatcher";
import type { DeliveryJournal } from "./delivery-journal";
import { DEFAULT_EVENT_AGE_SECONDS, DEFAULT_RETRY_ATTEMPTS, type DeliveryMetric } from "./delivery-target";
import { scheduleType } from "./resource-types";
import { parseScheduleExpression } from "./schedule-expression";
import type { ScheduleTimers } from "./schedule-timers";

/** AWS/Scheduler metric of each step of a delivery. */
const METRICS: Readonly<Record<DeliveryMetric, readonly string[]>> = {
  attempted: ["InvocationAttemptCount"],
  retried: ["TargetErrorCount"],
  delivered: [],
  failed: ["TargetErrorCount", "InvocationDroppedCount"],
  "sent to dead letters": ["InvocationsSentToDeadLetterCount"],
  "not sent to dead letters": ["InvocationsFailedToBeSentToDeadLetterCount"],
};

const MINUTE = 60_000;

/** Reads one EventBridge Scheduler schedule, makes its target known and sets its timer; a disabled one has no timer. */
const startSchedule = (parts: SchedulerParts, node: ResourceNode): void => {
  const { context, journal, dispatcher, timers } = parts;
  const inputs = scheduleType.read(node);
  const arn = outputOf(node, "arn");
  const { target, flexibleTimeWindow } = inputs;
  if (!isSupportedTarget(target.arn) || target.arn.startsWith("arn:aws:scheduler:")) {
    throw new Error(`${node.urn} has the target ${target.arn}; hosted are targets of ${targetServices.join(", ")}`);
  }
  const principal: Principal = { kind: "role", roleArn: target.roleArn, actor: arn };
  const dimensions = { ScheduleGroup: inputs.groupName ?? "default" };
  dispatcher.addTarget({
    key: arn,
    arn: target.arn,
    principal,
    maximumRetryAttempts: target.retryPolicy?.maximumRetryAttempts ?? DEFAULT_RETRY_ATTEMPTS,
    maximumEventAgeInSeconds: target.retryPolicy?.maximumEventAgeInSeconds ?? DEFAULT_EVENT_AGE_SECONDS,
    originAttributes: { SCHEDULE_ARN: arn, TARGET_ARN: target.arn },
    refusal: () => undefined,
    payload: (event) => event,
    count: (metric) => {
      for (const name of METRICS[metric]) {
        context.calls.recordMetric("AWS/Scheduler", name, dimensions, 1, "Count");
      }
    },
    ...(target.deadLetterConfig === undefined ? {} : { deadLetters: { arn: target.deadLetterConfig.arn, principal } }),
    ...(target.eventbridgeParameters === undefined ? {} : { busEntry: target.eventbridgeParameters }),
    ...(target.sqsParameters?.messageGroupId === undefined
      ? {}
      : { messageGroupId: target.sqsParameters.messageGroupId }),
  });
  if (inputs.state === "DISABLED") return;
  const date = (iso: string | undefined): Date | undefined => (iso === undefined ? undefined : new Date(iso));
  timers.add({
    key: arn,
    expressionText: inputs.scheduleExpression,
    expression: parseScheduleExpression(inputs.scheduleExpression, inputs.scheduleExpressionTimezone),
    notBefore: date(inputs.startDate),
    notAfter: date(inputs.endDate),
    flexibleWindow:
      flexibleTimeWindow.mode === "FLEXIBLE" ? (flexibleTimeWindow.maximumWindowInMinutes ?? 0) * MINUTE : 0,
    fire: (scheduledFor) => {
      const event = schedulePayload(context, arn, target.input, scheduledFor);
      for (const delivery of journal.accept([{ targetKey: arn, event, acceptedAt: context.clock.now() }])) {
        dispatcher.dispatch(delivery);
      }
    },
  });
};

export interface SchedulerParts {
  readonly context: HostContext;
  readonly journal: DeliveryJournal;
  readonly dispatcher: DeliveryDispatcher;
  readonly timers: ScheduleTimers;
}

/** Sets going every schedule of EventBridge Scheduler that the graph declares. */
export const startSchedules = (parts: SchedulerParts): void => {
  for (const node of scheduleType.in(parts.context.graph)) {
    try {
      startSchedule(parts, node);
    } catch (error) {
      throw unhostable(node, error);
    }
  }
};

/** The schedule's input with its context attributes filled in, or the event that Scheduler sends without one. */
const schedulePayload = (
  { graph }: HostContext,
  arn: string,
  input: string | undefined,
  scheduledFor: Date,
): string => {
  const time = `${scheduledFor.toISOString().slice(0, 19)}Z`;
  if (input === undefined) {
    return JSON.stringify({
      version: "0",
      id: randomUUID(),
      "detail-type": "Scheduled Event",
      source: "aws.scheduler",
      account: graph.accountId,
      time,
      region: graph.region,
      resources: [arn],
      detail: "{}",
    });
  }
  return input
    .replaceAll("<aws.scheduler.schedule-arn>", arn)
    .replaceAll("<aws.scheduler.scheduled-time>", time)
    .replaceAll("<aws.scheduler.execution-id>", randomUUID())
    .replaceAll("<aws.scheduler.attempt-number>", "1");
};
