import type { AccessCheck } from "../endpoint/access-control";
import { AwsError } from "../endpoint/aws-service";
import { type ResourceGraph, type ResourceNode, resourcesOf } from "../program/resource-graph";
import type { ProgramKeys } from "./program-keys";

const property = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (found, name) => (typeof found === "object" && found !== null ? Reflect.get(found, name) : undefined),
    value,
  );

interface EncryptedType {
  readonly type: string;
  /** The key's ARN, id or alias. */
  readonly keyOf: (node: ResourceNode) => unknown;
  /** The ARN that calls name. */
  readonly arnOf?: (node: ResourceNode) => string;
}

const encryptedTypes: readonly EncryptedType[] = [
  { type: "aws:sqs/queue:Queue", keyOf: ({ inputs }) => inputs["kmsMasterKeyId"] },
  { type: "aws:sns/topic:Topic", keyOf: ({ inputs }) => inputs["kmsMasterKeyId"] },
  { type: "aws:ssm/parameter:Parameter", keyOf: ({ inputs }) => inputs["keyId"] },
  { type: "aws:dynamodb/table:Table", keyOf: ({ inputs }) => property(inputs["serverSideEncryption"], "kmsKeyArn") },
  {
    type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    keyOf: ({ inputs }) => property(inputs["rules"], "0", "applyServerSideEncryptionByDefault", "kmsMasterKeyId"),
    arnOf: ({ inputs }) => `arn:aws:s3:::${String(inputs["bucket"])}`,
  },
];

const ownArn = ({ outputs }: ResourceNode): string => String(outputs["arn"]);

const read = ["kms:Decrypt"];
/** A data key is made, and checked; parts of an upload are put together with the same one. */
const write = ["kms:GenerateDataKey", "kms:Decrypt"];

/**
 * What a service does with a resource's key for a call, under the caller's name.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html and the like
 */
const keyActions: Readonly<Record<string, readonly string[]>> = {
  "sqs:SendMessage": write,
  "sqs:ReceiveMessage": read,
  "sns:Publish": write,
  "ssm:GetParameter": read,
  "s3:GetObject": read,
  "s3:GetObjectVersion": read,
  "s3:PutObject": write,
};

const keyActionsOf = (action: string): readonly string[] =>
  action.startsWith("dynamodb:") ? read : (keyActions[action] ?? []);

/** The resource that is encrypted, of a part of it: a table's index or stream, a bucket's object. */
const wholeOf = (arn: string): string =>
  arn.startsWith("arn:aws:s3:::") ? (arn.split("/")[0] ?? arn) : arn.replace(/(:table\/[^/]+)\/.*$/, "$1");

/**
 * A service's own error for a key that is not enabled; the others hand on the one of KMS.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html#API_SendMessage_Errors
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
 */
const disabledErrors: Readonly<Record<string, string>> = {
  s3: "KMS.DisabledException",
  sns: "KMSDisabled",
  sqs: "KmsDisabled",
};

/**
 * What EventBridge leaves out of its call of KMS for a topic: "Adding the aws:SourceAccount, aws:SourceArn, and
 * aws:SourceOrgID to a AWS KMS policy is not supported for EventBridge-to-encrypted topics."
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
 */
const withoutSource = { "aws:SourceAccount": [], "aws:SourceArn": [] };

/** The resources that a key of the program encrypts: a call on one of them needs the key as well. */
export class EncryptedResources {
  private readonly keys = new Map<string, string>();
  private readonly states: ProgramKeys;
  private readonly accountId: string;
  private readonly region: string;

  constructor(graph: ResourceGraph, states: ProgramKeys) {
    this.states = states;
    this.accountId = graph.accountId;
    this.region = graph.region;
    for (const { type, keyOf, arnOf = ownArn } of encryptedTypes) {
      for (const node of resourcesOf(graph, type)) {
        const key = states.find(keyOf(node));
        if (key !== undefined) this.keys.set(arnOf(node), key);
      }
    }
  }

  /** Why a call is refused that needs a key which is not enabled; the policies have no say in it. */
  disabledKeyRefusal({ action, resourceArn }: AccessCheck): AwsError | undefined {
    const key = this.keys.get(wholeOf(resourceArn));
    if (key === undefined || this.states.isEnabled(key) || keyActionsOf(action).length === 0) return undefined;
    const code = disabledErrors[action.split(":")[0] ?? ""] ?? "DisabledException";
    return new AwsError(code, `${key} is disabled.`, 400);
  }

  /** The uses of a key that a call brings with it. */
  keyChecksOf({ principal, action, resourceArn }: AccessCheck): readonly AccessCheck[] {
    const key = this.keys.get(wholeOf(resourceArn));
    if (key === undefined) return [];
    // An AWS service is no account's; SQS asks for the key in its name, not through itself.
    const context =
      principal.kind === "service"
        ? principal.service === "events.amazonaws.com" && action === "sns:Publish"
          ? withoutSource
          : undefined
        : {
            "kms:CallerAccount": this.accountId,
            "kms:ViaService": `${action.split(":")[0] ?? ""}.${this.region}.amazonaws.com`,
          };
    return keyActionsOf(action).map((keyAction) => ({
      principal,
      action: keyAction,
      resourceArn: key,
      ...(context === undefined ? {} : { context }),
    }));
  }
}
