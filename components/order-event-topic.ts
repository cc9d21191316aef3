import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import type { DashboardWidget } from "./dashboard";
import type { Grant } from "./grant";
import type { Platform } from "./platform";
import { denyInsecureTransport, policyDocument } from "./policy-document";

export interface OrderEventTopicArgs {
  readonly platform: Platform;
}

/** The topic where those outside hear of orders. */
export class OrderEventTopic extends pulumi.ComponentResource {
  readonly topic: sns.Topic;
  readonly arn: pulumi.Output<string>;
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, { platform: { key } }: OrderEventTopicArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:OrderEventTopic", name, {}, options);
    const child = { parent: this };
    this.topic = new sns.Topic(
      name,
      // Signatures of version 2 are SHA-256, those of version 1 SHA-1; webhooks check them.
      { kmsMasterKeyId: key === undefined ? "alias/aws/sns" : key.arn, signatureVersion: 2 },
      child,
    );
    this.arn = this.topic.arn;
    const statements = [denyInsecureTransport("sns:Publish", [this.arn])];
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
