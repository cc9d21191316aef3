import { identityOf } from "../../kernel/program/identity-of";
import type { ResourceNode } from "../../kernel/program/resource-graph";
import type { AlarmRule } from "./alarm-evaluation";
import type { MetricQuery } from "./metric-queries";
import { alarmType } from "./resource-types";

/** What an alarm is called, and what happens when its state changes. */
export interface ActedAlarm {
  readonly name: string;
  readonly arn: string;
  readonly description?: string | undefined;
  readonly actionsEnabled: boolean;
  readonly alarmActions: readonly string[];
  readonly okActions: readonly string[];
  readonly insufficientDataActions: readonly string[];
}

/** An alarm as the program declares it. */
export interface AlarmDefinition extends AlarmRule, ActedAlarm {
  readonly queries: readonly MetricQuery[];
  /** The query whose data is compared with the threshold. */
  readonly queryId: string;
  readonly periodSeconds: number;
}

type Declared = ReturnType<typeof alarmType.read>;

/** Reads an alarm; throws with its URN for what cannot be hosted. */
export const readAlarm = (node: ResourceNode): AlarmDefinition => {
  const inputs = alarmType.read(node);
  const { name, arn } = identityOf(node);
  return {
    name,
    arn,
    description: inputs.alarmDescription,
    actionsEnabled: inputs.actionsEnabled,
    alarmActions: inputs.alarmActions,
    okActions: inputs.okActions,
    insufficientDataActions: inputs.insufficientDataActions,
    comparisonOperator: inputs.comparisonOperator,
    threshold: inputs.threshold,
    evaluationPeriods: inputs.evaluationPeriods,
    datapointsToAlarm: inputs.datapointsToAlarm ?? inputs.evaluationPeriods,
    treatMissingData: inputs.treatMissingData,
    ...watched(node, inputs),
  };
};

type Watched = Pick<AlarmDefinition, "queries" | "queryId" | "periodSeconds">;

const watched = (node: ResourceNode, inputs: Declared): Watched =>
  inputs.metricQueries === undefined ? oneMetric(node, inputs) : metricMath(node, inputs.metricQueries);

const oneMetric = (node: ResourceNode, inputs: Declared): Watched => {
  const { namespace, metricName: name, dimensions: of, period: periodSeconds } = inputs;
  const statistic = inputs.statistic ?? inputs.extendedStatistic;
  if (namespace === undefined || name === undefined || statistic === undefined || periodSeconds === undefined) {
    throw new Error(
      `${node.urn} needs namespace, metricName, period and one of statistic and extendedStatistic, or metricQueries`,
    );
  }
  const metric = { namespace, name, dimensions: of, statistic, periodSeconds };
  return { queries: [{ id: "m1", returnData: true, metric }], queryId: "m1", periodSeconds };
};

const metricMath = (node: ResourceNode, declaredQueries: NonNullable<Declared["metricQueries"]>): Watched => {
  const returned = declaredQueries.filter(({ returnData }) => returnData === true);
  const [shown] = returned.length === 0 && declaredQueries.length === 1 ? declaredQueries : returned;
  if (shown === undefined || returned.length > 1) {
    throw new Error(`${node.urn} has ${returned.length} metricQueries with returnData: true; exactly one is needed`);
  }
  const periods = declaredQueries.flatMap(({ metric, period: own }) => metric?.period ?? own ?? []);
  return {
    queryId: shown.id,
    periodSeconds: Math.max(...periods),
    queries: declaredQueries.map(({ id, label, expression, returnData = false, metric }) => ({
      id,
      label,
      expression,
      returnData,
      metric: metric && {
        namespace: metric.namespace,
        name: metric.metricName,
        dimensions: metric.dimensions,
        statistic: metric.stat,
        periodSeconds: metric.period,
      },
    })),
  };
};
