import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import type { CallbackFunction } from "./callback-function";
import type { DashboardWidget } from "./dashboard";
import type { DeadLetterQueue } from "./dead-letter-queue";
import type { Platform } from "./platform";

export interface StreamRelayArgs {
  readonly platform: Platform;
  readonly streamArn: pulumi.Input<string>;
  readonly relay: CallbackFunction;
  /** Gets the place in the stream of records that the relay could not handle. */
  readonly deadLetters: DeadLetterQueue;
}

/**
 * Hands a table's stream to a function, in order for each key. A record that keeps failing is isolated by bisecting its
 * batch, and after its retries its place in the stream goes to the dead-letter queue instead of blocking the shard.
 */
export class StreamRelay extends pulumi.ComponentResource {
  readonly mapping: lambda.EventSourceMapping;
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, args: StreamRelayArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:StreamRelay", name, {}, options);
    const child = { parent: this };
    this.mapping = new lambda.EventSourceMapping(
      name,
      {
        eventSourceArn: args.streamArn,
        functionName: args.relay.function.name,
        startingPosition: "TRIM_HORIZON",
        batchSize: 100,
        parallelizationFactor: 2,
        bisectBatchOnFunctionError: true,
        maximumRetryAttempts: 10,
        functionResponseTypes: ["ReportBatchItemFailures"],
        destinationConfig: { onFailure: { destinationArn: args.deadLetters.arn } },
      },
      { ...child, dependsOn: args.relay.permissions },
    );
    const dimensions = { FunctionName: args.relay.function.name };
    args.platform.alarms.raise(
      `${name}-behind`,
      {
        description: `${name} is more than a minute behind the table: accepted orders are not being worked on. Read the log of its function; a stream forgets after 24 hours.`,
        namespace: "AWS/Lambda",
        metric: "IteratorAge",
        dimensions,
        statistic: "Maximum",
        above: 60_000,
      },
      child,
    );
    this.widgets = [{ title: name, metrics: [["AWS/Lambda", "IteratorAge", dimensions]], statistic: "Maximum" }];
    this.registerOutputs({ mapping: this.mapping });
  }
}
