import * as kms from "@pulumi/aws/kms";
import * as pulumi from "@pulumi/pulumi";
import { type PolicyStatement, policyDocument, rolesOf } from "./policy-document";

export interface EncryptionKeyArgs {
  readonly accountId: pulumi.Input<string>;
  readonly region: string;
  /** Has Pulumi refuse to delete the key and its alias: what it has encrypted cannot be read without it. Default false. */
  readonly protect?: boolean;
  /** Other accounts whose roles receive from queues of the stack: they have to decrypt what they get. Default: none. */
  readonly consumerAccounts?: readonly string[];
  /** Other accounts whose roles publish to a topic of the stack: they have to encrypt what they send. Default: none. */
  readonly publisherAccounts?: readonly string[];
}

/**
 * AWS services that use the key for a principal of this account that is allowed to use their resource. CloudWatch Logs is on its
 * way there: the key has to let in both it and who calls it.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
const servicesOnBehalfOfCallers = ["dynamodb", "logs", "sqs", "sns", "s3", "ssm"] as const;

/** AWS services that use the key on their own: they send to an encrypted queue or topic, or write encrypted logs. */
const servicesOnTheirOwn = ["cloudwatch", "events", "sns", "s3"] as const;

/** Those of them that send to an encrypted queue. */
const queueSenders = ["events", "sns", "s3"] as const;

const principals = (services: readonly string[]) => ({
  Service: services.map((service) => `${service}.amazonaws.com`),
});

/**
 * The key of an event bus and its archive. EventBridge describes the key first, without an encryption context, and AWS
 * documents no other condition that holds for it; the description of a key is all that it gives.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-archives.html
 */
const eventBuses = (region: string, accountId: pulumi.Input<string>): readonly PolicyStatement[] => [
  {
    Sid: "EventBridgeLooksAtKey",
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: "kms:DescribeKey",
    Resource: "*",
  },
  {
    Sid: "EventBuses",
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: ["kms:GenerateDataKey", "kms:Decrypt", "kms:ReEncrypt*"],
    Resource: "*",
    Condition: {
      ArnLike: {
        "kms:EncryptionContext:aws:events:event-bus:arn": pulumi.interpolate`arn:aws:events:${region}:${accountId}:event-bus/*`,
      },
    },
  },
];

/**
 * The stack's customer-managed KMS key, rotated every year. As with an AWS managed key, who may use a table or a queue
 * may use the key through that service, and nothing else may; so the roles of functions need no KMS action.
 */
export class EncryptionKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: EncryptionKeyArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:EncryptionKey", name, {}, options);
    const child = { parent: this };
    const { protect = false } = args;
    const key = new kms.Key(
      name,
      {
        description: pulumi.interpolate`Encrypts the data of ${name}`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: policyDocument(keyPolicy(args)),
      },
      { ...child, protect },
    );
    new kms.Alias(name, { name: `alias/${name}-${pulumi.getStack()}`, targetKeyId: key.keyId }, { ...child, protect });
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** Who may administer the key, and who may use it through which service. */
const keyPolicy = (args: EncryptionKeyArgs): readonly PolicyStatement[] => {
  const { accountId, region, consumerAccounts = [], publisherAccounts = [] } = args;
  const throughServices = {
    "kms:CallerAccount": accountId,
    "kms:ViaService": servicesOnBehalfOfCallers.map((service) => `${service}.${region}.amazonaws.com`),
  };
  const use = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];
  return [
    {
      Sid: "AccountAdministersKey",
      Effect: "Allow",
      Principal: { AWS: pulumi.interpolate`arn:aws:iam::${accountId}:root` },
      Action: "kms:*",
      Resource: "*",
    },
    {
      Sid: "CallersThroughServices",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: use,
      Resource: "*",
      Condition: { StringEquals: throughServices },
    },
    {
      // The grant that a service makes for itself, as DynamoDB does for a table; not one that a caller makes for others.
      // https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-is-for-aws-resource
      Sid: "GrantsOfServices",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: "kms:CreateGrant",
      Resource: "*",
      Condition: { StringEquals: throughServices, Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
    {
      Sid: "ServicesThatDeliver",
      Effect: "Allow",
      Principal: principals(servicesOnTheirOwn),
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": accountId } },
    },
    {
      // The same again by the queue, which SQS names to the key whoever sends: AWS does not document that every sender says whom
      // it acts for, and documents that EventBridge does not when it publishes to an encrypted topic.
      // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
      Sid: "ServicesThatSendToQueues",
      Effect: "Allow",
      Principal: principals(queueSenders),
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
      Condition: {
        ArnLike: { "kms:EncryptionContext:aws:sqs:arn": pulumi.interpolate`arn:aws:sqs:${region}:${accountId}:*` },
      },
    },
    ...eventBuses(region, accountId),
    ...consumerAccounts.map((consumer) => allowConsumer(consumer, region)),
    ...publisherAccounts.map((publisher) => allowPublisher(publisher, region)),
    {
      Sid: "Logs",
      Effect: "Allow",
      Principal: { Service: `logs.${region}.amazonaws.com` },
      Action: use,
      Resource: "*",
      Condition: {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": pulumi.interpolate`arn:aws:logs:${region}:${accountId}:log-group:*`,
        },
      },
    },
  ];
};

/** A role in another account that receives from a queue has to decrypt, through SQS, the messages that it gets. */
const allowConsumer = (accountId: string, region: string): PolicyStatement =>
  allowRolesOf(accountId, "kms:Decrypt", `sqs.${region}.amazonaws.com`);

/** A role in another account that publishes to a topic has to encrypt, through SNS, the messages that it sends. */
const allowPublisher = (accountId: string, region: string): PolicyStatement =>
  allowRolesOf(accountId, ["kms:GenerateDataKey*", "kms:Decrypt"], `sns.${region}.amazonaws.com`);

const allowRolesOf = (accountId: string, action: PolicyStatement["Action"], service: string): PolicyStatement => {
  const { Principal, Condition } = rolesOf(accountId);
  return {
    Effect: "Allow",
    Principal,
    Action: action,
    Resource: "*",
    Condition: { StringEquals: { "kms:ViaService": service }, ...Condition },
  };
};
