import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import type * as pulumi from "@pulumi/pulumi";

export interface AlarmArgs {
  /** What has gone wrong and what to do first; it is the text of the e-mail. */
  readonly description: string;
  /** Anchor of the runbook: what the alarm means, where to look, what to do, when it is over. */
  readonly runbook: string;
  /** CloudWatch namespace: `AWS/SQS`. */
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic: "Sum" | "Maximum" | "p99";
  /** Watches the metric as a percentage of the metric `of`, both as sums; 0 while `of` is below `atLeast`. */
  readonly percentage?: { readonly of: string; readonly atLeast: number };
  /** The alarm goes off when the statistic, or the percentage, is above this. */
  readonly above: number;
  /**
   * What a period without data counts as. Default `notBreaching`: these metrics are written when something happens, and
   * nothing happening is not what the alarm is for. `ignore` keeps the present state.
   */
  readonly missing?: "notBreaching" | "ignore" | "breaching";
  /** Length of one period in seconds: 60 or a multiple of it. Default 60. */
  readonly period?: number;
  /** Periods in a row that must be above. Default 1. */
  readonly periods?: number;
  /** The dead-letter queue that it watches, for the output `dead_letter_queues`. */
  readonly deadLetterQueue?: { readonly name: string; readonly url: pulumi.Output<string> };
}

/** Declares alarms: the stack's `Alarms`. */
export interface DeclaresAlarms {
  declare(name: string, alarm: AlarmArgs, options: pulumi.CustomResourceOptions): cloudwatch.MetricAlarm;
}
