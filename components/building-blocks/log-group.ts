import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import type { DashboardWidget } from "./dashboard";
import type { KmsKey } from "./kms-key";

export interface LogGroupArgs {
  /** Days that log lines are kept, one of CloudWatch's values: 1, 3, 5, 7, 14, 30, ... 3653. Default 30. */
  readonly logRetentionDays?: number | undefined;
  /** Encrypts the log. Default: a key that CloudWatch owns. */
  readonly key?: KmsKey | undefined;
}

/**
 * A log group with retention. Those of a stack are under one prefix, `/<project>/<stack>/`, so that logs, queries and
 * permissions can be of a stack. `physicalName` is for services that require a prefix of their own.
 */
export const logGroup = (
  name: string,
  { logRetentionDays = 30, key }: LogGroupArgs,
  options: pulumi.CustomResourceOptions,
  physicalName = `/${pulumi.getProject()}/${pulumi.getStack()}/${name}`,
): cloudwatch.LogGroup =>
  new cloudwatch.LogGroup(
    name,
    {
      retentionInDays: logRetentionDays,
      name: physicalName,
      ...(key === undefined ? {} : { kmsKeyId: key.arn }),
    },
    options,
  );

/** How much is written to a log group: what it costs follows from it. */
export const logVolume = (label: string, { name }: cloudwatch.LogGroup): DashboardWidget => ({
  section: "cost",
  title: "Log bytes",
  metrics: [
    {
      namespace: "AWS/Logs",
      metric: "IncomingBytes",
      dimensions: { LogGroupName: name },
      statistic: "Sum",
      label,
    },
  ],
});
