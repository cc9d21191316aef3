import * as z from "zod";
import { outputOf } from "../../kernel/program/output-of";
import { arnOf, attachment, type Provision, physicalName } from "../../kernel/program/provision";
import type { ResourceGraph, ResourceNode } from "../../kernel/program/resource-graph";
import { resourceType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";

const number = z.number().optional();
const flag = z.boolean().optional();
/** A policy may be given as text or as the document itself. */
const policy = z.union([z.string(), z.record(z.string(), z.unknown())]).optional();

const provisionQueue: Provision = (resource, at) => {
  const name = physicalName(resource);
  const url = `${at.awsEndpoint}/${at.accountId}/${name}`;
  return { id: url, outputs: { name, url, arn: arnOf("sqs", name, at) } };
};

export const queueType = resourceType("aws:sqs/queue:Queue", provisionQueue, {
  shape: {
    visibilityTimeoutSeconds: number,
    delaySeconds: number,
    // The provider's own default, which it sets; that of SQS is 1,048,576 (hashicorp/terraform-provider-aws#43710).
    maxMessageSize: z.number().default(262_144),
    messageRetentionSeconds: number,
    receiveWaitTimeSeconds: number,
    redrivePolicy: policy,
    redriveAllowPolicy: policy,
    policy,
    fifoQueue: flag,
    contentBasedDeduplication: flag,
    deduplicationScope: z.string().optional(),
    fifoThroughputLimit: z.string().optional(),
    kmsMasterKeyId: z.string().optional(),
    kmsDataKeyReusePeriodSeconds: number,
    sqsManagedSseEnabled: flag,
  },
  withoutEffect: ["name", "namePrefix"],
});

export const queuePolicyType = resourceType("aws:sqs/queuePolicy:QueuePolicy", attachment, {
  shape: { queueUrl: z.string(), policy },
  withoutEffect: [],
});

const queueOfPolicy = (node: ResourceNode, graph: ResourceGraph): string => {
  const { queueUrl } = queuePolicyType.read(node);
  const queue = queueType.in(graph).find(({ id }) => id === queueUrl);
  if (queue !== undefined) return outputOf(queue, "arn");
  throw new Error(`the property queueUrl is ${JSON.stringify(queueUrl)}, which is not a ${queueType.token}`);
};

export const redrivePolicyType = resourceType("aws:sqs/redrivePolicy:RedrivePolicy", attachment, {
  shape: { queueUrl: z.string(), redrivePolicy: policy },
  withoutEffect: [],
});

export const redriveAllowPolicyType = resourceType("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", attachment, {
  shape: { queueUrl: z.string(), redriveAllowPolicy: policy },
  withoutEffect: [],
});

/** What SQS names to a key for a message, by which a key's policy can tell queues apart. */
const queueInContext = "kms:EncryptionContext:aws:sqs:arn";

export const sqsDeclaration: ServiceDeclaration = {
  name: "sqs",
  names: [
    {
      type: queueType.token,
      atMost: 80,
      pattern: /^[\w-]+(\.fifo)?$/,
      of: "letters, digits, hyphens and underscores, with .fifo at the end of a FIFO queue's",
      page: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html",
    },
  ],
  types: [queueType, queuePolicyType, redrivePolicyType, redriveAllowPolicyType],
  access: {
    policies: [{ type: queueType }, { type: queuePolicyType, arn: queueOfPolicy }],
    conditionKeys: [queueInContext],
    encryption: {
      types: [{ type: queueType, key: "kmsMasterKeyId" }],
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
      keyActions: {
        "sqs:SendMessage": ["kms:GenerateDataKey", "kms:Decrypt"],
        "sqs:ReceiveMessage": ["kms:Decrypt"],
      },
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html#API_SendMessage_Errors
      disabledError: "KmsDisabled",
      contextKey: queueInContext,
    },
    refusals: { sqs: { code: "AccessDenied", status: 403, action: (action) => action.toLowerCase() } },
  },
};
