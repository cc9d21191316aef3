import { createHash } from "node:crypto";

/** A message attribute, in the words of the Lambda event and of ServiceCalls. */
export interface MessageAttribute {
  readonly dataType: string;
  readonly stringValue?: string;
  /** Base64. */
  readonly binaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** A message as a receiver gets it. */
export interface SqsMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  /** ApproximateReceiveCount, SentTimestamp, SenderId, ApproximateFirstReceiveTimestamp, AWSTraceHeader, ... */
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: MessageAttributes;
  readonly md5OfMessageAttributes?: string;
}

export const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

const withLength = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation */
export const md5OfAttributes = (attributes: MessageAttributes): string | undefined => {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  for (const name of names) {
    const { dataType = "", stringValue, binaryValue } = attributes[name] ?? {};
    hash.update(withLength(Buffer.from(name)));
    hash.update(withLength(Buffer.from(dataType)));
    hash.update(Buffer.from([dataType.startsWith("Binary") ? 2 : 1]));
    hash.update(
      withLength(binaryValue === undefined ? Buffer.from(stringValue ?? "") : Buffer.from(binaryValue, "base64")),
    );
  }
  return hash.digest("hex");
};

/** Bytes a message counts against the size limits: its body and every attribute's name, type and value. */
export const messageSize = (body: string, attributes: MessageAttributes): number => {
  let size = Buffer.byteLength(body);
  for (const [name, { dataType, stringValue, binaryValue }] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(dataType) + Buffer.byteLength(stringValue ?? "");
    if (binaryValue !== undefined) size += Buffer.from(binaryValue, "base64").length;
  }
  return size;
};
