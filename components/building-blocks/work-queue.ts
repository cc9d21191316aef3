import * as lambda from "@pulumi/aws/lambda";
import * as sqs from "@pulumi/aws/sqs";
import * as pulumi from "@pulumi/pulumi";
import type * as z from "zod";
import type { DeclaresAlarms } from "./alarm-args";
import { CallbackFunction, type CallbackFunctionArgs } from "./callback-function";
import { Collected } from "./collected";
import type { DashboardWidget } from "./dashboard";
import { DeadLetterQueue, maxMessageSize, queueEncryption } from "./dead-letter-queue";
import type { Grant } from "./grant";
import type { KmsKey } from "./kms-key";
import {
  allowServices,
  denyInsecureTransport,
  type PolicyStatement,
  policyDocument,
  rolesOf,
  type ServiceSender,
} from "./policy-document";
import type { ReceivingQueue } from "./receiving-queue";

export interface WorkQueueArgs {
  readonly alarms: DeclaresAlarms;
  /** Encrypts the messages, and the logs of the consumer. Default: keys that AWS owns. */
  readonly key?: KmsKey | undefined;
  /** What it means that a message is in the dead-letter queue, and what to do; the text of the alarm. */
  readonly deadLetterMeaning: string;
  /** Seconds that a received message is hidden, for a queue whose consumer is outside of this program. Default: six times its consumer's timeout. */
  readonly visibilityTimeout?: number;
  /** Other accounts whose roles may receive and delete messages. Default: none. */
  readonly consumerAccounts?: readonly string[];
  /** Seconds that a message may wait before an alarm goes off. Default 600. */
  readonly maxWait?: number;
  /** Receives before a message goes to the dead-letter queue, 1 to 1000. Default 5. */
  readonly maxReceives?: number;
}

/** A function that processes a queue's messages; alarms and key are the queue's. */
export interface QueueConsumerArgs<Environment extends z.ZodObject>
  extends Omit<CallbackFunctionArgs<Environment>, "alarms" | "key" | "reservedConcurrency"> {
  /** Messages in one invocation, 1 to 10. */
  readonly batchSize: number;
  /** Invocations at the same time, 2 to 1000. */
  readonly maximumConcurrency: number;
  /**
   * Reserves as much of the account's concurrency for the function. Otherwise it is throttled when other functions use that up,
   * and each throttle counts as a receive on the way to the dead-letter queue. Default false.
   */
  readonly reserved?: boolean;
}

/** 4 days: shorter than the dead-letter queue's 14, since a message keeps its age when it is moved there. */
const retentionSeconds = 4 * 24 * 60 * 60;

/** Lets another account's roles receive from a queue. */
const allowConsumer = (accountId: string, queueArn: pulumi.Input<string>): PolicyStatement => ({
  Effect: "Allow",
  Action: [
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibility",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
  ],
  Resource: queueArn,
  ...rolesOf(accountId),
});

/** A queue whose every message is either processed or ends in its dead-letter queue. */
export class WorkQueue extends pulumi.ComponentResource implements ReceivingQueue {
  readonly name: string;
  readonly queue: sqs.Queue;
  readonly arn: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly deadLetters: DeadLetterQueue;
  readonly policy: sqs.QueuePolicy;
  readonly widgets: readonly DashboardWidget[];
  private readonly senders: Collected<ServiceSender>;
  private readonly consumerTimeouts: Collected<number>;
  private readonly shared: Pick<WorkQueueArgs, "alarms" | "key">;

  constructor(name: string, args: WorkQueueArgs, options?: pulumi.ComponentResourceOptions) {
    const { alarms, key, maxReceives = 5, maxWait = 600 } = args;
    super("order-pipeline:index:WorkQueue", name, { maxReceives }, options);
    const child = { parent: this };
    this.name = name;
    this.shared = { alarms, key };
    this.senders = new Collected(`the policy of the queue ${name}`);
    this.consumerTimeouts = new Collected(`the visibility timeout of the queue ${name}`);
    this.deadLetters = new DeadLetterQueue(`${name}-dlq`, { alarms, key, meaning: args.deadLetterMeaning }, child);
    this.queue = new sqs.Queue(
      name,
      {
        visibilityTimeoutSeconds: this.consumerTimeouts.all.then(
          ([timeout]) => args.visibilityTimeout ?? visibilityTimeoutFor(timeout, name),
        ),
        messageRetentionSeconds: retentionSeconds,
        maxMessageSize,
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: this.deadLetters.arn,
          maxReceiveCount: maxReceives,
        }),
        ...queueEncryption(key),
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
    const statements = this.senders.all.then((senders) => [
      denyInsecureTransport("sqs:*", [this.arn]),
      ...allowServices(senders, "sqs:SendMessage", this.arn),
      ...(args.consumerAccounts ?? []).map((accountId) => allowConsumer(accountId, this.arn)),
    ]);
    this.policy = new sqs.QueuePolicy(name, { queueUrl: this.url, policy: policyDocument(statements) }, child);
    alarms.declare(
      `${name}-waits`,
      {
        description: `The oldest message in ${name} has waited for more than ${maxWait / 60} minutes: its consumer is down, throttled or too slow.`,
        runbook: "messages-wait",
        namespace: "AWS/SQS",
        metric: "ApproximateAgeOfOldestMessage",
        dimensions: { QueueName: this.queue.name },
        statistic: "Maximum",
        above: maxWait,
      },
      child,
    );
    this.widgets = [...widgetsOf(name, this.queue), ...this.deadLetters.widgets];
    // Policies check the statements: the document is unknown in the preview that creates the queue.
    this.registerOutputs({ arn: this.arn, url: this.url, statements });
  }

  /** Lets a service send work here on its own; `to` of a rule or a topic does it. */
  allow(sender: ServiceSender): void {
    this.senders.add(sender);
  }

  /** To send work here. */
  grantSend(): Grant {
    return { actions: ["sqs:SendMessage"], resources: [this.arn] };
  }

  /** For a consumer that decides itself when a message may be received again. */
  grantChangeVisibility(): Grant {
    return { actions: ["sqs:ChangeMessageVisibility"], resources: [this.arn] };
  }

  /**
   * Declares the function that processes the messages, its permission to receive them, and the mapping that invokes it with
   * them. The function reports the messages that failed, and only these are retried. To be called once, in the same turn of
   * the event loop that makes the queue.
   */
  consumedBy<Environment extends z.ZodObject>(
    name: string,
    args: QueueConsumerArgs<Environment>,
    options: pulumi.ComponentResourceOptions = { parent: this },
  ): CallbackFunction<Environment> {
    const { batchSize, maximumConcurrency, reserved = false, ...consumer } = args;
    const grants = [this.grantConsume(), ...args.grants];
    const handler = new CallbackFunction(
      name,
      { ...consumer, ...this.shared, grants, reservedConcurrency: reserved ? maximumConcurrency : undefined },
      options,
    );
    this.consumerTimeouts.add(handler.timeout);
    new lambda.EventSourceMapping(
      this.name,
      {
        eventSourceArn: this.arn,
        functionName: handler.function.name,
        batchSize,
        scalingConfig: { maximumConcurrency },
        functionResponseTypes: ["ReportBatchItemFailures"],
      },
      { parent: this, dependsOn: handler.permissions },
    );
    return handler;
  }

  private grantConsume(): Grant {
    return { actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], resources: [this.arn] };
  }
}

const widgetsOf = (name: string, queue: sqs.Queue): readonly DashboardWidget[] => {
  const ofQueue = { namespace: "AWS/SQS", dimensions: { QueueName: queue.name } };
  return [
    {
      section: "flow",
      title: name,
      metrics: [
        { ...ofQueue, metric: "ApproximateNumberOfMessagesVisible", statistic: "Maximum", label: "waiting" },
        {
          ...ofQueue,
          metric: "ApproximateAgeOfOldestMessage",
          statistic: "Maximum",
          label: "age of the oldest, seconds",
          right: true,
        },
      ],
    },
    {
      section: "cost",
      title: "Messages sent to queues",
      metrics: [{ ...ofQueue, metric: "NumberOfMessagesSent", statistic: "Sum", label: name }],
    },
  ];
};

/** Six times the consumer's timeout: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const visibilityTimeoutFor = (consumerTimeout: number | undefined, queue: string): number => {
  if (consumerTimeout !== undefined) return 6 * consumerTimeout;
  throw new Error(
    `The queue ${queue} has no consumer: declare one with consumedBy, or give it a visibilityTimeout for a consumer outside of the program.`,
  );
};
