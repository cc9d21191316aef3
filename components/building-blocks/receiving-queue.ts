import type * as sqs from "@pulumi/aws/sqs";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceSender } from "./policy-document";

/** A queue that AWS services send to. */
export interface ReceivingQueue {
  readonly arn: pulumi.Output<string>;
  /** Who may send. Whatever makes a service send must depend on it. */
  readonly policy: sqs.QueuePolicy;
  /** Lets a service send; in the same turn of the event loop that makes the queue. */
  allow(sender: ServiceSender): void;
}
