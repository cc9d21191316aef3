import * as sqs from "@pulumi/aws/sqs";
import * as pulumi from "@pulumi/pulumi";
import type { Grant } from "./grant";
import type { Platform } from "./platform";
import { allowServices, denyInsecureTransport, policyDocument, type ServiceSender } from "./policy-document";

export interface DeadLetterQueueArgs {
  readonly platform: Platform;
  /** What it means when a message lies here, and what to do; the text of the alarm. */
  readonly meaning: string;
  /** Services that put messages here on their own. Redrive from a source queue needs none. */
  readonly senders?: readonly ServiceSender[];
}

/** 14 days, SQS's maximum: a dead letter keeps the age it had in its source queue (4 days at most), so 10 days are left to mend it. */
const retentionSeconds = 14 * 24 * 60 * 60;

/** A queue for what could not be handled. A single message in it raises an alarm. */
export class DeadLetterQueue extends pulumi.ComponentResource {
  readonly queue: sqs.Queue;
  readonly arn: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: DeadLetterQueueArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:DeadLetterQueue", name, {}, options);
    const child = { parent: this };
    this.queue = new sqs.Queue(
      name,
      { messageRetentionSeconds: retentionSeconds, ...queueEncryption(args.platform) },
      child,
    );
    this.arn = this.queue.arn;
    this.url = this.queue.url;
    const statements = [
      denyInsecureTransport("sqs:*", [this.queue.arn]),
      ...allowServices(args.senders ?? [], "sqs:SendMessage", this.queue.arn),
    ];
    new sqs.QueuePolicy(name, { queueUrl: this.queue.url, policy: policyDocument(statements) }, child);
    args.platform.alarms.raise(
      `${name}-not-empty`,
      {
        description: args.meaning,
        namespace: "AWS/SQS",
        metric: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: this.queue.name },
        statistic: "Maximum",
        above: 0,
      },
      child,
    );
    // Policies check the statements: the document is unknown in the preview that creates the queue.
    this.registerOutputs({ arn: this.arn, url: this.url, statements });
  }

  /** To put a failed batch here. */
  grantSend(): Grant {
    return { actions: ["sqs:SendMessage"], resources: [this.arn] };
  }
}

/** Encryption at rest: by the stack's key, else by the one that SQS owns. */
export const queueEncryption = ({ key }: Platform): Partial<sqs.QueueArgs> =>
  key === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: key.arn, kmsDataKeyReusePeriodSeconds: 3600 };
