import type { Principal } from "../../kernel/endpoint/principal";
import type { HostContext } from "../../kernel/host-context";
import type { ActedAlarm, AlarmDefinition } from "./alarm-definition";
import type { AlarmState } from "./alarm-evaluation";
import type { CompositeAlarmDefinition } from "./composite-alarm";

export interface AlarmTransition {
  readonly alarm: AlarmDefinition | CompositeAlarmDefinition;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly reason: string;
  readonly at: Date;
}

const actionsFor = ({ alarm, to }: AlarmTransition): readonly string[] => {
  if (!alarm.actionsEnabled) return [];
  switch (to) {
    case "ALARM":
      return alarm.alarmActions;
    case "OK":
      return alarm.okActions;
    case "INSUFFICIENT_DATA":
      return alarm.insufficientDataActions;
  }
};

/** Runs the actions of an alarm's new state: a message to a topic, or a function invoked. */
export const notifyAlarm = async (context: HostContext, transition: AlarmTransition): Promise<void> => {
  const { alarm, to } = transition;
  for (const action of actionsFor(transition)) {
    try {
      if (action.startsWith("arn:aws:lambda:")) {
        await context.calls.invokeFunctionAsync(
          principal("lambda.alarms.cloudwatch.amazonaws.com", alarm),
          action,
          functionPayload(context, transition),
        );
      } else {
        await context.calls.publish(principal("cloudwatch.amazonaws.com", alarm), action, {
          body: JSON.stringify(topicMessage(context, transition)),
          subject: `${to}: "${alarm.name}" in ${context.graph.region}`.slice(0, 100),
        });
      }
    } catch (error) {
      context.events.publish({
        level: "error",
        resource: alarm.name,
        what: "alarm action failed",
        detail: { action, state: to, message: error instanceof Error ? error.message : String(error) },
      });
    }
  }
};

const principal = (service: string, { arn }: ActedAlarm): Principal => ({
  kind: "service",
  service,
  sourceArn: arn,
});

/** 2026-01-31T12:00:00.000+0000 */
const timeText = (at: Date): string => at.toISOString().replace("Z", "+0000");

const dimensionList = (dimensions: Readonly<Record<string, string>>) =>
  Object.entries(dimensions).map(([name, value]) => ({ value, name }));

const trigger = (alarm: AlarmDefinition) => {
  const rule = {
    Period: alarm.periodSeconds,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    ComparisonOperator: alarm.comparisonOperator,
    Threshold: alarm.threshold,
    TreatMissingData: alarm.treatMissingData,
    EvaluateLowSampleCountPercentile: "",
  };
  const [only, ...more] = alarm.queries;
  if (only?.metric !== undefined && more.length === 0) {
    const { name, namespace, statistic, dimensions } = only.metric;
    const kind = statistic.startsWith("p")
      ? { StatisticType: "ExtendedStatistic", ExtendedStatistic: statistic }
      : { StatisticType: "Statistic", Statistic: statistic.toUpperCase() };
    return {
      MetricName: name,
      Namespace: namespace,
      ...kind,
      Unit: null,
      Dimensions: dimensionList(dimensions),
      ...rule,
    };
  }
  return {
    ...rule,
    Metrics: alarm.queries.map(({ id, expression, label, returnData, metric }) => ({
      Id: id,
      ...(expression === undefined ? {} : { Expression: expression }),
      ...(label === undefined ? {} : { Label: label }),
      ...(metric === undefined
        ? {}
        : {
            MetricStat: {
              Metric: {
                Dimensions: dimensionList(metric.dimensions),
                MetricName: metric.name,
                Namespace: metric.namespace,
              },
              Period: metric.periodSeconds,
              Stat: metric.statistic,
            },
          }),
      ReturnData: returnData,
    })),
  };
};

const topicMessage = ({ graph }: HostContext, { alarm, from, to, reason, at }: AlarmTransition) => ({
  AlarmName: alarm.name,
  AlarmDescription: alarm.description ?? null,
  AWSAccountId: graph.accountId,
  AlarmConfigurationUpdatedTimestamp: timeText(at),
  NewStateValue: to,
  NewStateReason: reason,
  StateChangeTime: timeText(at),
  Region: graph.region,
  AlarmArn: alarm.arn,
  OldStateValue: from,
  OKActions: alarm.okActions,
  AlarmActions: alarm.alarmActions,
  InsufficientDataActions: alarm.insufficientDataActions,
  ...("rule" in alarm ? { AlarmRule: alarm.rule } : { Trigger: trigger(alarm) }),
});

const functionPayload = ({ graph }: HostContext, { alarm, from, to, reason, at }: AlarmTransition) => ({
  source: "aws.cloudwatch",
  alarmArn: alarm.arn,
  accountId: graph.accountId,
  time: timeText(at),
  region: graph.region,
  alarmData: {
    alarmName: alarm.name,
    state: { value: to, reason, timestamp: timeText(at) },
    previousState: { value: from },
    configuration: { description: alarm.description ?? null },
  },
});
