import * as scheduler from "@pulumi/aws/scheduler";
import * as pulumi from "@pulumi/pulumi";
import type { DeclaresAlarms } from "./alarm-args";
import type { CallbackFunction } from "./callback-function";
import type { DashboardWidget } from "./dashboard";
import { DeadLetterQueue } from "./dead-letter-queue";
import type { KmsKey } from "./kms-key";
import { serviceRole } from "./service-role";

export interface FunctionScheduleArgs {
  /** The schedule's account: only there can EventBridge Scheduler assume its role. */
  readonly accountId: pulumi.Input<string>;
  readonly alarms: DeclaresAlarms;
  /** Encrypts the dead letters. Default: a key that SQS owns. */
  readonly key?: KmsKey | undefined;
  /** ARN of the permissions boundary of the schedule's role. Default: none. */
  readonly permissionsBoundary?: pulumi.Input<string> | undefined;
  readonly target: CallbackFunction;
  /** `rate(5 minutes)` or `cron(0 6 * * ? *)`, in UTC. */
  readonly expression: string;
  /** Whether it runs. A disabled schedule is declared too, to be enabled by hand. */
  readonly enabled: boolean;
  /** The function's event, as JSON. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** Invokes a function on a schedule. A failed call is not retried: it goes to a dead-letter queue, and the next one follows on time. */
export class FunctionSchedule extends pulumi.ComponentResource {
  readonly schedule: scheduler.Schedule;
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, args: FunctionScheduleArgs, options?: pulumi.ComponentResourceOptions) {
    // Policies check the grants, as those of a CallbackFunction.
    super("order-pipeline:index:FunctionSchedule", name, { grants: [args.target.grantInvoke()] }, options);
    const child = { parent: this };
    const { accountId, alarms, key, permissionsBoundary, target, expression, enabled, input } = args;
    const deadLetters = new DeadLetterQueue(
      `${name}-dlq`,
      {
        alarms,
        key,
        meaning: `The schedule ${name} could not invoke its function: ERROR_CODE in the message's attributes shows the reason. The schedule invokes it again; fix the function or the schedule's role, then delete the message.`,
      },
      child,
    );
    const grants = [target.grantInvoke(), deadLetters.grantSend()];
    const { role, permissions, statements } = serviceRole(
      name,
      { service: "scheduler.amazonaws.com", accountId, permissionsBoundary, grants },
      child,
    );
    this.schedule = new scheduler.Schedule(
      name,
      {
        scheduleExpression: expression,
        state: enabled ? "ENABLED" : "DISABLED",
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: target.function.arn,
          roleArn: role.arn,
          input: JSON.stringify(input),
          retryPolicy: { maximumRetryAttempts: 0 },
          deadLetterConfig: { arn: deadLetters.arn },
        },
      },
      { ...child, dependsOn: permissions },
    );
    this.widgets = deadLetters.widgets;
    this.registerOutputs({ arn: this.schedule.arn, statements });
  }
}
