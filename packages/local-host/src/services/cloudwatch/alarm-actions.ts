import * as z from "zod";
import { AwsError } from "../../kernel/endpoint/aws-service";
import type { WatchedAlarm, WatchedCompositeAlarm } from "./alarm-watch";
import { checkMonitoring, dimensionsAnswer, type MonitoringAction, readRequest } from "./monitoring-request";

const stateAnswer = ({ definition, state, reason, since }: WatchedAlarm | WatchedCompositeAlarm) => ({
  AlarmName: definition.name,
  AlarmArn: definition.arn,
  AlarmDescription: definition.description,
  ActionsEnabled: definition.actionsEnabled,
  AlarmActions: definition.alarmActions,
  OKActions: definition.okActions,
  InsufficientDataActions: definition.insufficientDataActions,
  StateValue: state,
  StateReason: reason,
  StateUpdatedTimestamp: since / 1000,
  StateTransitionedTimestamp: since / 1000,
});

const compositeAnswer = (alarm: WatchedCompositeAlarm) => ({ ...stateAnswer(alarm), AlarmRule: alarm.definition.rule });

const alarmAnswer = (alarm: WatchedAlarm) => {
  const { definition } = alarm;
  const [only] = definition.queries.length === 1 ? definition.queries : [];
  return {
    ...stateAnswer(alarm),
    ComparisonOperator: definition.comparisonOperator,
    Threshold: definition.threshold,
    EvaluationPeriods: definition.evaluationPeriods,
    DatapointsToAlarm: definition.datapointsToAlarm,
    TreatMissingData: definition.treatMissingData,
    ...(only?.metric === undefined
      ? {}
      : {
          Namespace: only.metric.namespace,
          MetricName: only.metric.name,
          Dimensions: dimensionsAnswer(only.metric.dimensions),
          Period: only.metric.periodSeconds,
          ...(only.metric.statistic.startsWith("p")
            ? { ExtendedStatistic: only.metric.statistic }
            : { Statistic: only.metric.statistic }),
        }),
  };
};

export const describeAlarms: MonitoringAction = (parts, input, principal) => {
  const schema = z.object({
    AlarmNames: z.array(z.string()).optional(),
    AlarmNamePrefix: z.string().default(""),
    AlarmTypes: z.array(z.enum(["MetricAlarm", "CompositeAlarm"])).default(["MetricAlarm"]),
    StateValue: z.string().optional(),
  });
  const { AlarmNames, AlarmNamePrefix, AlarmTypes, StateValue } = readRequest(schema, input);
  checkMonitoring(parts, principal, "DescribeAlarms");
  const wanted = ({ definition: { name }, state }: WatchedAlarm | WatchedCompositeAlarm): boolean =>
    (AlarmNames === undefined || AlarmNames.includes(name)) &&
    name.startsWith(AlarmNamePrefix) &&
    (StateValue === undefined || state === StateValue);
  // Without AlarmTypes CloudWatch answers metric alarms only, even when a composite alarm is asked for by its name.
  return {
    MetricAlarms: AlarmTypes.includes("MetricAlarm") ? parts.alarms.all().filter(wanted).map(alarmAnswer) : [],
    CompositeAlarms: AlarmTypes.includes("CompositeAlarm")
      ? parts.alarms.allComposite().filter(wanted).map(compositeAnswer)
      : [],
  };
};

export const setAlarmState: MonitoringAction = (parts, input, principal) => {
  const schema = z.object({
    AlarmName: z.string(),
    StateValue: z.enum(["OK", "ALARM", "INSUFFICIENT_DATA"]),
    StateReason: z.string(),
  });
  const { AlarmName, StateValue, StateReason } = readRequest(schema, input);
  const { region, accountId } = parts.context.graph;
  checkMonitoring(parts, principal, "SetAlarmState", {
    resourceArn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${AlarmName}`,
  });
  if (!parts.alarms.set(AlarmName, StateValue, StateReason)) {
    throw new AwsError("ResourceNotFound", `Alarm ${AlarmName} does not exist`, 404);
  }
  return {};
};
