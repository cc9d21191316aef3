import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import type { DashboardWidget } from "./dashboard";
import type { Grant } from "./grant";
import type { Platform } from "./platform";
import { denyInsecureTransport, type PolicyStatement, policyDocument } from "./policy-document";

export interface IntakeTopicArgs {
  readonly platform: Platform;
  /** Other accounts that may publish orders, by their 12 digits. */
  readonly publisherAccounts: readonly string[];
}

/** The topic that other systems publish orders to. */
export class IntakeTopic extends pulumi.ComponentResource {
  readonly topic: sns.Topic;
  readonly arn: pulumi.Output<string>;
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, args: IntakeTopicArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:IntakeTopic", name, {}, options);
    const child = { parent: this };
    // Other accounts cannot publish under the AWS managed key.
    this.topic = new sns.Topic(name, { kmsMasterKeyId: args.platform.stackKey.arn }, child);
    this.arn = this.topic.arn;
    const statements: readonly PolicyStatement[] = [
      denyInsecureTransport("sns:Publish", [this.arn]),
      ...args.publisherAccounts.map((accountId) => allowPublisher(accountId, this.arn)),
    ];
    new sns.TopicPolicy(name, { arn: this.arn, policy: policyDocument(statements) }, child);
    const dimensions = { TopicName: this.topic.name };
    this.widgets = [
      {
        title: name,
        metrics: [
          ["AWS/SNS", "NumberOfMessagesPublished", dimensions],
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

/** Lets another account's roles, not its users with their lasting keys, publish. */
const allowPublisher = (accountId: string, topicArn: pulumi.Input<string>): PolicyStatement => ({
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${accountId}:root` },
  Action: "sns:Publish",
  Resource: topicArn,
  Condition: { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${accountId}:role/*` } },
});
