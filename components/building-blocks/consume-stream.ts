import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import type * as z from "zod";
import type { DeclaresAlarms } from "./alarm-args";
import { CallbackFunction, type CallbackFunctionArgs } from "./callback-function";
import { asOneStep, type DashboardWidget } from "./dashboard";
import { DeadLetterQueue } from "./dead-letter-queue";
import type { Grant } from "./grant";

export interface StreamConsumerArgs<Environment extends z.ZodObject> extends CallbackFunctionArgs<Environment> {
  /** The function's logical name. */
  readonly functionName: string;
  /** ARN of the stream of a DynamoDB table. */
  readonly streamArn: pulumi.Input<string>;
  /** What it means that a record could not be processed, and what to do; the text of the alarm. */
  readonly deadLetterMeaning: string;
  /** What it means when the function is more than a minute behind the table; the text of the alarm. */
  readonly behindMeaning: string;
  /** Records in one invocation, 1 to 10,000. Default 100. */
  readonly batchSize?: number;
  /** Batches of one shard at the same time, 1 to 10; a key's records stay in order. Default 2. */
  readonly parallelizationFactor?: number;
}

export interface StreamConsumer {
  readonly function: CallbackFunction;
  readonly deadLetters: DeadLetterQueue;
  readonly widgets: readonly DashboardWidget[];
}

/**
 * Invokes a function with a table's stream, in order for each key: declares the function, its permissions, the mapping and the
 * dead-letter queue, all as children of `options.parent`.
 */
export const consumeStream = <Environment extends z.ZodObject>(
  name: string,
  args: StreamConsumerArgs<Environment>,
  options: pulumi.ComponentResourceOptions,
): StreamConsumer => {
  const { functionName, streamArn, deadLetterMeaning, ...consumer } = args;
  const { alarms, key } = args;
  const deadLetters = new DeadLetterQueue(`${name}-dlq`, { alarms, key, meaning: deadLetterMeaning }, options);
  const grants = [...grantsReadStream(streamArn), ...args.grants, deadLetters.grantSend()];
  const handler = new CallbackFunction(functionName, { ...consumer, grants }, options);
  const relay = new StreamRelay(name, { ...args, handler, deadLetters }, options);
  return { function: handler, deadLetters, widgets: asOneStep(name, [relay, handler, deadLetters]) };
};

/**
 * What Lambda asks of the role of a function that reads a stream. ListStreams has no resource-level permissions:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
const grantsReadStream = (streamArn: pulumi.Input<string>): readonly Grant[] => [
  { actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], resources: [streamArn] },
  { actions: ["dynamodb:ListStreams"], resources: ["*"] },
];

interface StreamRelayArgs
  extends Pick<StreamConsumerArgs<z.ZodObject>, "streamArn" | "behindMeaning" | "batchSize" | "parallelizationFactor"> {
  readonly alarms: DeclaresAlarms;
  readonly handler: CallbackFunction;
  /** Receives the stream positions of batches that could not be processed. */
  readonly deadLetters: DeadLetterQueue;
}

/**
 * The mapping of a stream. A record that keeps failing is isolated by bisecting its batch; after its retries its position
 * goes to the dead-letter queue instead of blocking the shard.
 */
class StreamRelay extends pulumi.ComponentResource {
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, args: StreamRelayArgs, options: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:StreamRelay", name, {}, options);
    const child = { parent: this };
    const mapping = new lambda.EventSourceMapping(
      name,
      {
        eventSourceArn: args.streamArn,
        functionName: args.handler.function.name,
        startingPosition: "TRIM_HORIZON",
        batchSize: args.batchSize ?? 100,
        parallelizationFactor: args.parallelizationFactor ?? 2,
        bisectBatchOnFunctionError: true,
        maximumRetryAttempts: 10,
        functionResponseTypes: ["ReportBatchItemFailures"],
        destinationConfig: { onFailure: { destinationArn: args.deadLetters.arn } },
      },
      { ...child, dependsOn: args.handler.permissions },
    );
    const dimensions = { FunctionName: args.handler.function.name };
    args.alarms.declare(
      `${name}-behind`,
      {
        description: args.behindMeaning,
        runbook: "the-relay-is-behind",
        namespace: "AWS/Lambda",
        metric: "IteratorAge",
        dimensions,
        statistic: "Maximum",
        above: 60_000,
      },
      child,
    );
    this.widgets = [
      {
        section: "flow",
        title: name,
        metrics: [
          {
            namespace: "AWS/Lambda",
            metric: "IteratorAge",
            dimensions,
            statistic: "Maximum",
            label: "age of the oldest, milliseconds",
            right: true,
          },
        ],
      },
    ];
    this.registerOutputs({ mapping });
  }
}
