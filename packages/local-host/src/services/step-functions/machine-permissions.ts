import { AwsError } from "../../kernel/endpoint/aws-service";
import type { HostContext } from "../../kernel/host-context";
import type { DeclaredStateMachine } from "./state-machine-node";

/** https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy */
const logDelivery = [
  "logs:CreateLogDelivery",
  "logs:GetLogDelivery",
  "logs:UpdateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:DescribeResourcePolicies",
  "logs:DescribeLogGroups",
] as const;

/** https://docs.aws.amazon.com/step-functions/latest/dg/xray-iam.html */
const tracing = [
  "xray:PutTraceSegments",
  "xray:PutTelemetryRecords",
  "xray:GetSamplingRules",
  "xray:GetSamplingTargets",
] as const;

const roleOf = ({ roleArn, arn }: DeclaredStateMachine) => ({ kind: "role", roleArn, actor: arn }) as const;

/** What AWS checks when it creates a state machine that logs. */
export const assertMayDeliverLogs = ({ access }: HostContext, machine: DeclaredStateMachine): void => {
  if (machine.log === undefined) return;
  try {
    for (const action of logDelivery) access.check({ principal: roleOf(machine), action, resourceArn: "*" });
  } catch (error) {
    throw new AwsError(
      "AccessDeniedException",
      `The state machine IAM Role is not authorized to access the Log Destination. The role ${machine.roleArn} of ${machine.name} must be allowed ${logDelivery.join(", ")} on *: ${String(error)}`,
    );
  }
};

/** Whether an execution's segments may be sent; if not, AWS drops them, and the execution continues. */
export const maySendTrace = ({ access, events }: HostContext, machine: DeclaredStateMachine): boolean => {
  if (!machine.traced) return false;
  try {
    for (const action of tracing) access.check({ principal: roleOf(machine), action, resourceArn: "*" });
    return true;
  } catch (error) {
    events.publish({ level: "warn", resource: machine.name, what: "may not trace", detail: { error: String(error) } });
    return false;
  }
};
