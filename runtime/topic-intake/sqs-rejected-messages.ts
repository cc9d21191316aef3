import { type MessageAttributeValue, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { maxMessageBytes } from "../inbox/max-message-bytes";
import { keyAttribute, type OrderMessage, type TypedAttribute } from "../inbox/order-message";
import type { Rejection } from "../orders/rejection";
import type { RejectedMessages } from "./rejected-messages";

/** Bytes of the reason, and characters of the pointers; the body beside them is what they are about. */
const maxReason = 1_000;

const reasonNames = ["error", "field", "reason"];

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
const maxAttributes = 10;

/** Bytes of a reason that is worth to be cut to. */
const minReason = 40;

/**
 * A dead-letter queue that says why: in the attributes `error`, `field` (pointers of the wrong fields) and `reason`. The
 * message's own attributes stay with it as they were sent, the order's key before all others, so that a redrive sends what
 * was sent; `reason` names those that there is no room for.
 *
 * A message that almost fills what SQS takes has less of a reason: a shorter text, then the code alone, then none. The
 * message itself is never cut, and `orders dlq` reads from it why it was rejected.
 */
export const sqsRejectedMessages = (client: SQSClient, queueUrl: string): RejectedMessages => ({
  keep: async (message, rejection) => {
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: message.body,
        MessageAttributes: Object.fromEntries(fittingAttributes(message, rejection)),
      }),
    );
  },
});

type Attribute = readonly [name: string, value: MessageAttributeValue];

const fittingAttributes = (message: OrderMessage, { error, detail, errors }: Rejection): readonly Attribute[] => {
  const own = ownAttributes(message);
  const fields = errors.map(({ pointer }) => pointer || "/").join(" ");
  const code: Attribute = ["error", textValue(error)];
  const kept = own.slice(0, maxAttributes - reasonNames.length);
  const dropped = own.slice(kept.length).map(([name]) => name);
  const note = dropped.length === 0 ? "" : ` (Attributes not kept, for lack of room: ${dropped.join(", ")}.)`;
  const withoutText: readonly Attribute[] = [...kept, code, ["field", textValue(fields)]];
  const room = Math.min(maxReason, bytesLeft(message, [...withoutText, ["reason", { DataType: "String" }]]));
  if (room >= minReason + Buffer.byteLength(note)) {
    const text = cutTo(room - Buffer.byteLength(note), detail);
    return [...withoutText, ["reason", textValue(text + note)]];
  }
  const withCode = [...own, code];
  if (withCode.length <= maxAttributes && bytesLeft(message, withCode) >= 0) return withCode;
  return sentAttributes(message);
};

/** What SQS counts: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
const bytesLeft = ({ body }: OrderMessage, attributes: readonly Attribute[]): number =>
  attributes.reduce(
    (left, [name, { DataType = "", StringValue = "", BinaryValue }]) =>
      left - Buffer.byteLength(name + DataType + StringValue) - (BinaryValue?.byteLength ?? 0),
    maxMessageBytes - Buffer.byteLength(body),
  );

/** As much of a text as has no more bytes, of whole characters. */
const cutTo = (bytes: number, text: string): string => {
  const sent = Buffer.from(sendable(text));
  return sent.byteLength <= bytes
    ? text
    : sent
        .subarray(0, bytes)
        .toString()
        .replace(/\ufffd+$/u, "");
};

/**
 * In the order in which they are kept. The id of a message is the key of a bare order that has no other, and a copy in
 * another queue has another id: it is written down, so that all copies of a message stay the same order.
 */
const ownAttributes = (message: OrderMessage): readonly Attribute[] => {
  const all = new Map([
    [keyAttribute, sentValue({ dataType: "String", stringValue: message.id })],
    ...sentAttributes(message),
  ]);
  return [...all].filter(([name]) => !reasonNames.includes(name));
};

const sentAttributes = ({ attributes, typedAttributes }: OrderMessage): readonly Attribute[] =>
  Object.entries(
    typedAttributes ??
      Object.fromEntries(
        Object.entries(attributes).map(([name, stringValue]) => [name, { dataType: "String", stringValue }]),
      ),
  ).map(([name, attribute]) => [name, sentValue(attribute)]);

const sentValue = ({ dataType, stringValue, binaryValue }: TypedAttribute): MessageAttributeValue => ({
  DataType: dataType,
  ...(binaryValue === undefined ? { StringValue: stringValue } : { BinaryValue: Buffer.from(binaryValue, "base64") }),
});

/** Characters that SQS refuses; a value may not be empty either. */
const refused = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const sendable = (text: string): string => text.replace(refused, "\u{fffd}");

const textValue = (text: string): MessageAttributeValue => ({
  DataType: "String",
  StringValue: sendable(text.slice(0, maxReason)) || "-",
});
