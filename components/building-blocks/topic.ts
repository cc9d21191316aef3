import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import type { DashboardWidget } from "./dashboard";
import type { Grant } from "./grant";
import { denyInsecureTransport, type PolicyStatement, policyDocument } from "./policy-document";

export interface TopicArgs {
  /** ARN or alias of the KMS key. CloudWatch and other accounts cannot use the AWS managed one. */
  readonly key: pulumi.Input<string>;
  /** Whom the topic's policy lets publish, beside roles of this account that are granted it. Default: nobody. */
  readonly publishers?: (topicArn: pulumi.Output<string>) => readonly PolicyStatement[];
}

/** An encrypted SNS topic that takes nothing without TLS. */
export class Topic extends pulumi.ComponentResource {
  readonly topic: sns.Topic;
  readonly arn: pulumi.Output<string>;
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, args: TopicArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:Topic", name, {}, options);
    const child = { parent: this };
    // Signatures of version 2 are SHA-256, those of version 1 SHA-1; who is posted to by HTTPS checks them.
    this.topic = new sns.Topic(name, { kmsMasterKeyId: args.key, signatureVersion: 2 }, child);
    this.arn = this.topic.arn;
    const statements = [denyInsecureTransport("sns:Publish", [this.arn]), ...(args.publishers?.(this.arn) ?? [])];
    new sns.TopicPolicy(name, { arn: this.arn, policy: policyDocument(statements) }, child);
    const dimensions = { TopicName: this.topic.name };
    this.widgets = [
      {
        title: name,
        metrics: [
          ["AWS/SNS", "NumberOfMessagesPublished", dimensions],
          ["AWS/SNS", "NumberOfNotificationsDelivered", dimensions],
          ["AWS/SNS", "NumberOfNotificationsFailed", dimensions],
        ],
        statistic: "Sum",
      },
    ];
    // Policies check the statements: the document is unknown in the preview that creates the topic.
    this.registerOutputs({ arn: this.arn, statements });
  }

  grantPublish(): Grant {
    return { actions: ["sns:Publish"], resources: [this.arn] };
  }
}
