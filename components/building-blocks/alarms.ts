import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import type { KmsKey } from "./kms-key";
import { Topic } from "./topic";

export interface AlarmsArgs {
  /** Encrypts the topic. CloudWatch cannot publish to a topic under the AWS managed key, so it is a customer-managed one whose policy lets CloudWatch use it. */
  readonly key: KmsKey;
  /** Gets an e-mail for every alarm and its end, once the address has confirmed the subscription. Default: nobody. */
  readonly email?: string | undefined;
  readonly accountId: pulumi.Input<string>;
}

export interface AlarmArgs {
  /** What has gone wrong and what to do first; it is the text of the e-mail. */
  readonly description: pulumi.Input<string>;
  /** CloudWatch namespace: `AWS/SQS`. */
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic: "Sum" | "Maximum";
  /** The alarm goes off when the statistic is above this. */
  readonly above: number;
  /** Length of one period in seconds: 60 or a multiple of it. Default 60. */
  readonly period?: number;
  /** Periods in a row that must be above. Default 1. */
  readonly periods?: number;
  /** The dead-letter queue that it watches, for the list of those. */
  readonly deadLetterQueue?: { readonly name: string; readonly url: pulumi.Output<string> };
}

/** A stack's alarms: one topic that all of them go to, and the way to declare one. */
export class Alarms extends pulumi.ComponentResource {
  readonly topic: Topic;
  /** URLs of the dead-letter queues that are watched, by their names in the program. */
  readonly deadLetterQueues: Readonly<Record<string, pulumi.Output<string>>>;
  private readonly watchedQueues: Record<string, pulumi.Output<string>> = {};

  constructor(name: string, args: AlarmsArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:Alarms", name, {}, options);
    const child = { parent: this };
    this.deadLetterQueues = this.watchedQueues;
    this.topic = new Topic(
      name,
      {
        key: args.key.arn,
        publishers: (topicArn) => [
          {
            Effect: "Allow",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Action: "sns:Publish",
            Resource: topicArn,
            Condition: { StringEquals: { "aws:SourceAccount": args.accountId } },
          },
        ],
      },
      child,
    );
    if (args.email !== undefined) {
      new sns.TopicSubscription(
        `${name}-email`,
        { topic: this.topic.arn, protocol: "email", endpoint: args.email },
        child,
      );
    }
    this.registerOutputs({ topicArn: this.topic.arn });
  }

  /** Declares an alarm as a child of the component that it watches. Periods without data count as good. */
  declare(name: string, alarm: AlarmArgs, options: pulumi.CustomResourceOptions): cloudwatch.MetricAlarm {
    const watched = alarm.deadLetterQueue;
    if (watched !== undefined) this.watchedQueues[watched.name] = watched.url;
    return new cloudwatch.MetricAlarm(
      name,
      {
        alarmDescription: alarm.description,
        namespace: alarm.namespace,
        metricName: alarm.metric,
        dimensions: { ...alarm.dimensions },
        statistic: alarm.statistic,
        comparisonOperator: "GreaterThanThreshold",
        threshold: alarm.above,
        period: alarm.period ?? 60,
        evaluationPeriods: alarm.periods ?? 1,
        treatMissingData: "notBreaching",
        alarmActions: [this.topic.arn],
        okActions: [this.topic.arn],
      },
      options,
    );
  }
}
