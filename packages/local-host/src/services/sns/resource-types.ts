import * as z from "zod";
import { attachment, digits, identifiedByArn, type Provision } from "../../kernel/program/provision";
import { resourceType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";

const text = z.union([z.string(), z.record(z.string(), z.unknown())]).optional();
const flag = z.boolean().optional();

export const topicType = resourceType(
  "aws:sns/topic:Topic",
  identifiedByArn("sns", (name) => name),
  {
    shape: { displayName: z.string().optional(), policy: text, fifoTopic: flag, contentBasedDeduplication: flag },
    /** Encryption, tracing and delivery logs make no difference on a laptop. */
    withoutEffect: [
      "name",
      "namePrefix",
      "kmsMasterKeyId",
      "tracingConfig",
      "signatureVersion",
      ...["application", "firehose", "http", "lambda", "sqs"].flatMap((protocol) => [
        `${protocol}FailureFeedbackRoleArn`,
        `${protocol}SuccessFeedbackRoleArn`,
        `${protocol}SuccessFeedbackSampleRate`,
      ]),
    ],
  },
);

export const topicPolicyType = resourceType("aws:sns/topicPolicy:TopicPolicy", attachment, {
  shape: { arn: z.string(), policy: text },
  withoutEffect: [],
});

const provisionSubscription: Provision = (resource) => {
  const arn = `${String(resource.inputs["topic"])}:${digits(resource, 32)}`;
  return { id: arn, outputs: { arn } };
};

export const subscriptionType = resourceType("aws:sns/topicSubscription:TopicSubscription", provisionSubscription, {
  shape: {
    topic: z.string(),
    protocol: z.enum(["sqs", "lambda", "email", "email-json", "http", "https", "sms", "application", "firehose"]),
    endpoint: z.string(),
    filterPolicy: text,
    filterPolicyScope: z.enum(["MessageAttributes", "MessageBody"]).optional(),
    rawMessageDelivery: flag,
    redrivePolicy: text,
    deliveryPolicy: text,
  },
  withoutEffect: ["confirmationTimeoutInMinutes", "endpointAutoConfirms", "subscriptionRoleArn"],
});

/** What SNS names to a key for a message, by which a key's policy can tell topics apart. */
const topicInContext = "kms:EncryptionContext:aws:sns:topicArn";

export const snsDeclaration: ServiceDeclaration = {
  name: "sns",
  names: [
    {
      type: topicType.token,
      atMost: 256,
      pattern: /^[\w-]+(\.fifo)?$/,
      of: "letters, digits, hyphens and underscores, with .fifo at the end of a FIFO topic's",
      page: "https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html",
    },
  ],
  types: [topicType, topicPolicyType, subscriptionType],
  access: {
    policies: [{ type: topicType }, { type: topicPolicyType, arn: (node) => topicPolicyType.read(node).arn }],
    conditionKeys: [topicInContext],
    encryption: {
      types: [{ type: topicType, key: "kmsMasterKeyId" }],
      keyActions: { "sns:Publish": ["kms:GenerateDataKey", "kms:Decrypt"] },
      // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
      disabledError: "KMSDisabled",
      contextKey: topicInContext,
      // "Adding the aws:SourceAccount, aws:SourceArn, and aws:SourceOrgID to a AWS KMS policy is not supported for
      // EventBridge-to-encrypted topics."
      // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
      callersWithoutSource: ["events.amazonaws.com"],
    },
    refusals: {
      sns: { code: "AuthorizationError", status: 403, action: (action) => action.replace(/^sns:/, "SNS:") },
    },
  },
};
