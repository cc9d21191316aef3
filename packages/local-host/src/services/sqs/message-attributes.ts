import { AwsError } from "../../kernel/endpoint/aws-service";
import type { MessageAttribute, MessageAttributes } from "./sqs-message";

/** Up to 38 digits, from -10^128 to 10^126. */
const number = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?\s*$/i;

const nameFault = (name: string): string | undefined => {
  if (name === "") return "The message attribute name is empty.";
  if (name.length > 256) return "Length of message attribute name must be less than 256 bytes.";
  const foreign = /[^\w.-]/u.exec(name)?.[0];
  if (foreign !== undefined) {
    const code = foreign.codePointAt(0)?.toString(16).toUpperCase();
    return `Invalid non-alphanumeric character '#x${code}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`;
  }
  if (name.startsWith(".")) return "Invalid message attribute name starting with character '.' was found.";
  if (name.endsWith(".")) return "Invalid message attribute name ending with character '.' was found.";
  if (name.includes("..")) return "Message attribute name can not have successive '.' character.";
  if (/^(aws|amazon)\./i.test(name)) {
    return `Message attribute name '${name}' starts with a prefix that is reserved: AWS. and Amazon. are Amazon's own.`;
  }
  return undefined;
};

const valueFault = (name: string, { dataType, stringValue, binaryValue }: MessageAttribute): string | undefined => {
  const base = dataType.split(".", 1)[0] ?? "";
  if (!["String", "Number", "Binary"].includes(base) || dataType.length > 256) {
    return `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`;
  }
  const field = base === "Binary" ? "Binary" : "String";
  const value = base === "Binary" ? binaryValue : stringValue;
  const other = base === "Binary" ? stringValue : binaryValue;
  if (value === undefined && other !== undefined) {
    return `The message attribute '${name}' with type '${dataType}' must use field '${field}'.`;
  }
  if (value === undefined || value === "") {
    return `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${dataType}'.`;
  }
  if (base === "Number" && !number.test(value)) {
    return `Can't cast the value of message (user) attribute '${name}' to a number.`;
  }
  return undefined;
};

/**
 * Refuses attributes as SQS and SNS do.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
 *
 * @param code the service's error code for a value that is not valid
 * @throws AwsError for the first attribute whose name, type or value is not valid
 */
export const assertMessageAttributes = (attributes: MessageAttributes, code: string): void => {
  for (const [name, attribute] of Object.entries(attributes)) {
    const fault = nameFault(name) ?? valueFault(name, attribute);
    if (fault !== undefined) throw new AwsError(code, fault);
  }
};
