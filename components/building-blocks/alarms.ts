import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import type { AlarmArgs, DeclaresAlarms } from "./alarm-args";
import type { KmsKey } from "./kms-key";
import { Topic } from "./topic";

export interface AlarmsArgs {
  /** Encrypts the topic. CloudWatch cannot publish to a topic under the AWS managed key, so it is a customer-managed one whose policy lets CloudWatch use it. */
  readonly key: KmsKey;
  /** Gets an e-mail for every alarm and its end, once the address has confirmed the subscription. Default: nobody. */
  readonly email?: string | undefined;
  readonly accountId: pulumi.Input<string>;
  /** URL of the page with the runbooks, to which each alarm adds its section. Default: alarms link to none. */
  readonly runbooks?: string | undefined;
}

/** A stack's alarms: declares them, all with one topic as their action. */
export class Alarms extends pulumi.ComponentResource implements DeclaresAlarms {
  readonly topic: Topic;
  /** URLs of the dead-letter queues that have an alarm, by their names in the program. */
  readonly deadLetterQueues: Readonly<Record<string, pulumi.Output<string>>>;
  private readonly watchedQueues: Record<string, pulumi.Output<string>> = {};
  private readonly declared = new Map<string, cloudwatch.MetricAlarm>();
  private readonly runbooks: string | undefined;

  constructor(name: string, args: AlarmsArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:Alarms", name, {}, options);
    const child = { parent: this };
    this.deadLetterQueues = this.watchedQueues;
    this.runbooks = args.runbooks;
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

  /** ARNs of the alarms declared so far, without the composite ones. */
  get arns(): readonly pulumi.Output<string>[] {
    return [...this.declared.values()].map(({ arn }) => arn);
  }

  /** Declares an alarm as a child of the component that it watches. */
  declare(name: string, alarm: AlarmArgs, options: pulumi.CustomResourceOptions): cloudwatch.MetricAlarm {
    const watched = alarm.deadLetterQueue;
    if (watched !== undefined) this.watchedQueues[watched.name] = watched.url;
    const made = new cloudwatch.MetricAlarm(
      name,
      {
        alarmDescription: this.described(alarm),
        ...watchedBy(alarm),
        comparisonOperator: "GreaterThanThreshold",
        threshold: alarm.above,
        evaluationPeriods: alarm.periods ?? 1,
        treatMissingData: alarm.missing ?? "notBreaching",
        alarmActions: [this.topic.arn],
        okActions: [this.topic.arn],
      },
      options,
    );
    this.declared.set(name, made);
    return made;
  }

  /**
   * Declares an alarm that is on while any of some alarms is.
   *
   * @throws when one of them has not been declared
   */
  declareAnyOf(
    name: string,
    { alarms, ...about }: Pick<AlarmArgs, "description" | "runbook"> & { readonly alarms: readonly string[] },
    options: pulumi.CustomResourceOptions,
  ): cloudwatch.CompositeAlarm {
    const watched = alarms.map((each) => {
      const made = this.declared.get(each);
      if (made !== undefined) return made;
      throw new Error(
        `${name} watches ${each}, which is not declared; there are: ${[...this.declared.keys()].join(", ")}`,
      );
    });
    return new cloudwatch.CompositeAlarm(
      name,
      {
        alarmName: `${name}-${pulumi.getStack()}`,
        alarmDescription: this.described(about),
        alarmRule: pulumi.all(watched.map((each) => each.name)).apply((names) => names.map(isOn).join(" OR ")),
        alarmActions: [this.topic.arn],
        okActions: [this.topic.arn],
      },
      options,
    );
  }

  private described({ description, runbook }: Pick<AlarmArgs, "description" | "runbook">): string {
    return this.runbooks === undefined ? description : `${description}\nRunbook: ${this.runbooks}#${runbook}`;
  }
}

const isOn = (alarmName: string): string => `ALARM("${alarmName}")`;

/** What an alarm compares with its threshold: one metric, or a share of two. */
const watchedBy = ({ namespace, metric, dimensions, statistic, percentage, period = 60 }: AlarmArgs) => {
  if (percentage === undefined) {
    const over = statistic === "p99" ? { extendedStatistic: statistic } : { statistic };
    return { namespace, metricName: metric, dimensions: { ...dimensions }, period, ...over };
  }
  const sum = (id: string, metricName: string) => ({
    id,
    metric: { namespace, metricName, dimensions: { ...dimensions }, period, stat: "Sum" },
  });
  const { of, atLeast } = percentage;
  const expression = `IF(all >= ${atLeast}, 100 * some / all, 0)`;
  return {
    metricQueries: [
      { id: "share", label: `${metric} of 100 ${of}`, expression, returnData: true },
      sum("some", metric),
      sum("all", of),
    ],
  };
};
