import { outputOf } from "../../kernel/program/output-of";
import type { ResourceNode } from "../../kernel/program/resource-graph";
import type { ActedAlarm } from "./alarm-definition";
import { type AlarmRuleExpression, readAlarmRule } from "./alarm-rule-expression";
import { compositeAlarmType } from "./resource-types";

/** An alarm on the states of other alarms, as the program declares it. */
export interface CompositeAlarmDefinition extends ActedAlarm {
  readonly rule: string;
  readonly isOn: AlarmRuleExpression;
}

/** Reads a composite alarm; throws with its URN for a rule that cannot be evaluated. */
export const readCompositeAlarm = (node: ResourceNode): CompositeAlarmDefinition => {
  const inputs = compositeAlarmType.read(node);
  return {
    name: inputs.alarmName,
    arn: outputOf(node, "arn"),
    description: inputs.alarmDescription,
    actionsEnabled: inputs.actionsEnabled,
    alarmActions: inputs.alarmActions,
    okActions: inputs.okActions,
    insufficientDataActions: inputs.insufficientDataActions,
    rule: inputs.alarmRule,
    isOn: readAlarmRule(inputs.alarmRule),
  };
};
