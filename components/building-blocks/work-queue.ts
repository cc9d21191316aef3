import * as lambda from "@pulumi/aws/lambda";
import * as sqs from "@pulumi/aws/sqs";
import * as pulumi from "@pulumi/pulumi";
import type { CallbackFunction } from "./callback-function";
import type { DashboardWidget } from "./dashboard";
import { DeadLetterQueue, queueEncryption } from "./dead-letter-queue";
import type { Grant } from "./grant";
import type { Platform } from "./platform";
import {
  allowServices,
  denyInsecureTransport,
  type PolicyStatement,
  policyDocument,
  type ServiceSender,
} from "./policy-document";

export interface WorkQueueArgs {
  readonly platform: Platform;
  /** The consumer's timeout in seconds; the visibility timeout is six times that, as AWS advises for Lambda. */
  readonly consumerTimeout: number;
  /** What it means when a message ends in the dead-letter queue, and what to do; the text of the alarm. */
  readonly deadLetterMeaning: string;
  /** Services that send to the queue on their own. */
  readonly senders?: readonly ServiceSender[];
  /** ARNs of topics that the queue subscribes to: they deliver to it, and what they cannot deliver to its dead-letter queue. */
  readonly topics?: readonly pulumi.Input<string>[];
  /** Accounts whose roles may work on the queue from outside. Default: none but the stack's own, by its own IAM. */
  readonly consumerAccounts?: readonly string[];
  /** Seconds that a message may wait before an alarm is raised. Default 600. */
  readonly maxWait?: number;
  /** Receives before a message goes to the dead-letter queue, 1 to 1000. Default 5. */
  readonly maxReceives?: number;
}

export interface ConsumerArgs {
  /** Messages in one invocation, 1 to 10 without a window. */
  readonly batchSize: number;
  /** Invocations at the same time, 2 to 1000; not above the consumer's reserved concurrency. */
  readonly maximumConcurrency: number;
}

/** 4 days: shorter than the dead-letter queue's 14, since a message keeps its age when it is moved there. */
const retentionSeconds = 4 * 24 * 60 * 60;

/** Lets another account's roles, not its users with their lasting keys, receive from a queue. */
const allowConsumer = (accountId: string, queueArn: pulumi.Input<string>): PolicyStatement => ({
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${accountId}:root` },
  Action: [
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibility",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
  ],
  Resource: queueArn,
  Condition: { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${accountId}:role/*` } },
});

/** A queue whose every message is either handled or ends in its dead-letter queue. */
export class WorkQueue extends pulumi.ComponentResource {
  readonly queue: sqs.Queue;
  readonly arn: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly deadLetters: DeadLetterQueue;
  /** Who may send; whatever makes a service send to the queue should depend on it. */
  readonly policy: sqs.QueuePolicy;
  readonly widgets: readonly DashboardWidget[];
  private readonly name: string;

  constructor(name: string, args: WorkQueueArgs, options?: pulumi.ComponentResourceOptions) {
    const { maxReceives = 5 } = args;
    super("order-pipeline:index:WorkQueue", name, { maxReceives }, options);
    const child = { parent: this };
    this.name = name;
    const topics = (args.topics ?? []).map((sourceArn) => ({ service: "sns.amazonaws.com", sourceArn }));
    this.deadLetters = new DeadLetterQueue(
      `${name}-dlq`,
      { platform: args.platform, meaning: args.deadLetterMeaning, senders: topics },
      child,
    );
    this.queue = new sqs.Queue(
      name,
      {
        visibilityTimeoutSeconds: 6 * args.consumerTimeout,
        messageRetentionSeconds: retentionSeconds,
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: this.deadLetters.arn,
          maxReceiveCount: maxReceives,
        }),
        ...queueEncryption(args.platform),
      },
      child,
    );
    this.arn = this.queue.arn;
    this.url = this.queue.url;
    new sqs.RedriveAllowPolicy(
      name,
      {
        queueUrl: this.deadLetters.url,
        redriveAllowPolicy: pulumi.jsonStringify({ redrivePermission: "byQueue", sourceQueueArns: [this.queue.arn] }),
      },
      child,
    );
    const statements = [
      denyInsecureTransport("sqs:*", [this.queue.arn]),
      ...allowServices([...(args.senders ?? []), ...topics], "sqs:SendMessage", this.queue.arn),
      ...(args.consumerAccounts ?? []).map((accountId) => allowConsumer(accountId, this.queue.arn)),
    ];
    this.policy = new sqs.QueuePolicy(name, { queueUrl: this.queue.url, policy: policyDocument(statements) }, child);
    const { maxWait = 600 } = args;
    args.platform.alarms.raise(
      `${name}-waits`,
      {
        description: `The oldest message of ${name} has waited for more than ${maxWait / 60} minutes: its consumer is down, throttled or too slow.`,
        namespace: "AWS/SQS",
        metric: "ApproximateAgeOfOldestMessage",
        dimensions: { QueueName: this.queue.name },
        statistic: "Maximum",
        above: maxWait,
      },
      child,
    );
    this.widgets = [
      {
        title: name,
        metrics: [
          ["AWS/SQS", "ApproximateNumberOfMessagesVisible", { QueueName: this.queue.name }],
          ["AWS/SQS", "ApproximateAgeOfOldestMessage", { QueueName: this.queue.name }],
          ["AWS/SQS", "ApproximateNumberOfMessagesVisible", { QueueName: this.deadLetters.queue.name }],
        ],
        statistic: "Maximum",
      },
    ];
    // Policies check the statements: the document is unknown in the preview that creates the queue.
    this.registerOutputs({ arn: this.arn, url: this.url, statements });
  }

  /** What a function's role needs to be this queue's consumer. */
  grantConsume(): Grant {
    return { actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], resources: [this.arn] };
  }

  /** To send work here. */
  grantSend(): Grant {
    return { actions: ["sqs:SendMessage"], resources: [this.arn] };
  }

  /** What a consumer needs besides `grantConsume` to say itself when a message may be received again. */
  grantChangeVisibility(): Grant {
    return { actions: ["sqs:ChangeMessageVisibility"], resources: [this.arn] };
  }

  /** Hands messages to a function as they come. It reports the ones that failed; only these are tried again. */
  consumedBy(consumer: CallbackFunction, { batchSize, maximumConcurrency }: ConsumerArgs): lambda.EventSourceMapping {
    return new lambda.EventSourceMapping(
      this.name,
      {
        eventSourceArn: this.arn,
        functionName: consumer.function.name,
        batchSize,
        scalingConfig: { maximumConcurrency },
        functionResponseTypes: ["ReportBatchItemFailures"],
      },
      { parent: this, dependsOn: consumer.permissions },
    );
  }
}
