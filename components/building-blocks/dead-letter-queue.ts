import * as sqs from "@pulumi/aws/sqs";
import * as pulumi from "@pulumi/pulumi";
import type { DeclaresAlarms } from "./alarm-args";
import { Collected } from "./collected";
import type { DashboardWidget } from "./dashboard";
import type { Grant } from "./grant";
import type { KmsKey } from "./kms-key";
import { allowServices, denyInsecureTransport, policyDocument, type ServiceSender } from "./policy-document";
import type { ReceivingQueue } from "./receiving-queue";

export interface DeadLetterQueueArgs {
  readonly alarms: DeclaresAlarms;
  /** Encrypts the messages. Default: a key that SQS owns. */
  readonly key?: KmsKey | undefined;
  /** What it means that a message is here, and what to do; the text of the alarm. */
  readonly meaning: string;
}

/** 14 days, SQS's maximum: a dead letter keeps the age it had in its source queue (4 days at most), so at least 10 days are left. */
const retentionSeconds = 14 * 24 * 60 * 60;

/**
 * Bytes of a message, SQS's maximum. Pulumi's provider would set 262,144, and a message with attributes that SQS or SNS accepted
 * elsewhere would not fit: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
export const maxMessageSize = 1_048_576;

/** A queue for what could not be processed. Its alarm goes off at the first message. */
export class DeadLetterQueue extends pulumi.ComponentResource implements ReceivingQueue {
  readonly queue: sqs.Queue;
  readonly arn: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly policy: sqs.QueuePolicy;
  readonly widgets: readonly DashboardWidget[];
  private readonly senders: Collected<ServiceSender>;

  constructor(name: string, args: DeadLetterQueueArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:DeadLetterQueue", name, {}, options);
    const child = { parent: this };
    this.senders = new Collected(`the policy of the queue ${name}`);
    this.queue = new sqs.Queue(
      name,
      { messageRetentionSeconds: retentionSeconds, maxMessageSize, ...queueEncryption(args.key) },
      child,
    );
    this.arn = this.queue.arn;
    this.url = this.queue.url;
    const statements = this.senders.all.then((senders) => [
      denyInsecureTransport("sqs:*", [this.arn]),
      ...allowServices(senders, "sqs:SendMessage", this.arn),
    ]);
    this.policy = new sqs.QueuePolicy(name, { queueUrl: this.url, policy: policyDocument(statements) }, child);
    args.alarms.declare(
      `${name}-not-empty`,
      {
        description: args.meaning,
        runbook: "dead-letters-by-queue",
        namespace: "AWS/SQS",
        metric: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: this.queue.name },
        statistic: "Maximum",
        above: 0,
        deadLetterQueue: { name, url: this.url },
      },
      child,
    );
    const line = {
      namespace: "AWS/SQS",
      dimensions: { QueueName: this.queue.name },
      statistic: "Maximum",
      label: name,
    } as const;
    this.widgets = [
      {
        section: "dead letters",
        title: "Dead letters waiting",
        metrics: [{ ...line, metric: "ApproximateNumberOfMessagesVisible" }],
      },
      {
        section: "dead letters",
        title: "Age of the oldest dead letter, seconds",
        metrics: [{ ...line, metric: "ApproximateAgeOfOldestMessage" }],
      },
    ];
    // Policies check the statements: the document is unknown in the preview that creates the queue.
    this.registerOutputs({ arn: this.arn, url: this.url, statements });
  }

  /** Lets a service put messages here on its own. Redrive from a source queue needs no permission. */
  allow(sender: ServiceSender): void {
    this.senders.add(sender);
  }

  /** To put a failed batch here. */
  grantSend(): Grant {
    return { actions: ["sqs:SendMessage"], resources: [this.arn] };
  }
}

/** Encryption at rest: by the given key, else by the one that SQS owns. */
export const queueEncryption = (key: KmsKey | undefined): Partial<sqs.QueueArgs> =>
  key === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: key.arn, kmsDataKeyReusePeriodSeconds: 3600 };
