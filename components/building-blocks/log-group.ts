import * as cloudwatch from "@pulumi/aws/cloudwatch";
import type * as pulumi from "@pulumi/pulumi";
import type { Platform } from "./platform";

/** A log group that forgets after the stack's days. `physicalName` is for services that want a certain prefix. */
export const logGroup = (
  name: string,
  { logRetentionDays, key }: Platform,
  options: pulumi.CustomResourceOptions,
  physicalName?: string,
): cloudwatch.LogGroup =>
  new cloudwatch.LogGroup(
    name,
    {
      retentionInDays: logRetentionDays,
      ...(physicalName === undefined ? {} : { name: physicalName }),
      ...(key === undefined ? {} : { kmsKeyId: key.arn }),
    },
    options,
  );
