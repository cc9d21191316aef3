import { AwsError } from "../../kernel/endpoint/aws-service";
import { type JsonObject, parseJsonObject } from "../../kernel/endpoint/json-object";

export type Attributes = Readonly<Record<string, string>>;

/** AWS's defaults for what a queue does not say. */
export const defaultAttributes: Attributes = {
  VisibilityTimeout: "30",
  DelaySeconds: "0",
  MaximumMessageSize: "1048576",
  MessageRetentionPeriod: "345600",
  ReceiveMessageWaitTimeSeconds: "0",
  SqsManagedSseEnabled: "true",
};

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const ranges: Readonly<Record<string, readonly [least: number, most: number]>> = {
  VisibilityTimeout: [0, 43_200],
  DelaySeconds: [0, 900],
  MaximumMessageSize: [1_024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
};

const others = new Set([
  "RedrivePolicy",
  "RedriveAllowPolicy",
  "Policy",
  "KmsMasterKeyId",
  "KmsDataKeyReusePeriodSeconds",
  "SqsManagedSseEnabled",
  "FifoQueue",
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "FifoThroughputLimit",
]);

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

const parsed = (name: string, text: string): JsonObject => {
  const value = parseJsonObject(text);
  if (value !== undefined) return value;
  throw new AwsError("InvalidAttributeValue", `Invalid value for the parameter ${name}: ${text} is not a JSON object.`);
};

export const redrivePolicyOf = (attributes: Attributes): RedrivePolicy | undefined => {
  const text = attributes["RedrivePolicy"];
  if (text === undefined || text === "") return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = parsed("RedrivePolicy", text);
  const count = Number(maxReceiveCount);
  if (typeof deadLetterTargetArn !== "string" || !Number.isInteger(count) || count < 1 || count > 1_000) {
    throw new AwsError(
      "InvalidParameterValue",
      `Value ${text} for parameter RedrivePolicy is invalid. Reason: it needs deadLetterTargetArn and a maxReceiveCount from 1 to 1000.`,
    );
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
};

/** Whether a dead-letter queue's RedriveAllowPolicy lets a queue use it. */
export const redriveAllowed = (deadLetterQueue: Attributes, sourceArn: string): boolean => {
  const text = deadLetterQueue["RedriveAllowPolicy"];
  if (text === undefined || text === "") return true;
  const { redrivePermission, sourceQueueArns } = parsed("RedriveAllowPolicy", text);
  if (redrivePermission === "denyAll") return false;
  return redrivePermission !== "byQueue" || (Array.isArray(sourceQueueArns) && sourceQueueArns.includes(sourceArn));
};

/** @throws AwsError for a name SQS does not know or a value out of its range */
export const validateAttributes = (attributes: Attributes): void => {
  for (const [name, value] of Object.entries(attributes)) {
    const range = ranges[name];
    if (range === undefined && !others.has(name))
      throw new AwsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
    if (range === undefined) continue;
    const [least, most] = range;
    if (!/^\d+$/.test(value) || Number(value) < least || Number(value) > most) {
      throw new AwsError(
        "InvalidAttributeValue",
        `Invalid value for the parameter ${name}: ${value}. Reason: it must be from ${least} to ${most}.`,
      );
    }
  }
  redrivePolicyOf(attributes);
  for (const name of ["RedriveAllowPolicy", "Policy"]) {
    const text = attributes[name];
    if (text !== undefined && text !== "") parsed(name, text);
  }
};
