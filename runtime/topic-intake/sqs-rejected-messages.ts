import { type MessageAttributeValue, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { keyAttribute, type OrderMessage, type TypedAttribute } from "../inbox/order-message";
import type { RejectedMessages } from "./rejected-messages";

/** Characters of the reason; the body beside it is what it is about. */
const maxReason = 1_000;

const reasonNames = ["error", "field", "reason"];

/**
 * SQS delivers ten attributes of a message; three say why it was rejected.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
const maxOwnAttributes = 10 - reasonNames.length;

/**
 * A dead-letter queue that says why: in the attributes `error`, `field` (pointers of the wrong fields) and `reason`. The
 * message's own attributes stay with it as they were sent, the order's key before all others, so that a redrive sends what
 * was sent; `reason` names those that there is no room for.
 */
export const sqsRejectedMessages = (client: SQSClient, queueUrl: string): RejectedMessages => ({
  keep: async (message, { error, detail, errors }) => {
    const fields = errors.map(({ pointer }) => pointer || "/").join(" ");
    const own = ownAttributes(message);
    const dropped = own.slice(maxOwnAttributes).map(([name]) => name);
    const note = dropped.length === 0 ? "" : ` (Attributes not kept, for lack of room: ${dropped.join(", ")}.)`;
    const send = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: message.body,
      MessageAttributes: Object.fromEntries([
        ...own.slice(0, maxOwnAttributes).map(([name, attribute]) => [name, sentValue(attribute)]),
        ["error", textValue(error)],
        ["field", textValue(fields)],
        ["reason", textValue(detail.slice(0, Math.max(0, maxReason - note.length)) + note)],
      ]),
    });
    await client.send(send);
  },
});

/**
 * In the order in which they are kept. The id of a message is the key of a bare order that has no other, and a copy in
 * another queue has another id: it is written down, so that all copies of a message stay the same order.
 */
const ownAttributes = ({ id, attributes, typedAttributes }: OrderMessage): readonly [string, TypedAttribute][] => {
  const all = {
    [keyAttribute]: { dataType: "String", stringValue: id },
    ...(typedAttributes ?? Object.fromEntries(Object.entries(attributes).map(([name, text]) => [name, asText(text)]))),
  };
  return Object.entries(all).filter(([name]) => !reasonNames.includes(name));
};

const asText = (stringValue: string): TypedAttribute => ({ dataType: "String", stringValue });

const sentValue = ({ dataType, stringValue, binaryValue }: TypedAttribute): MessageAttributeValue => ({
  DataType: dataType,
  ...(binaryValue === undefined ? { StringValue: stringValue } : { BinaryValue: Buffer.from(binaryValue, "base64") }),
});

/** Characters that SQS refuses; a value may not be empty either. */
const refused = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const textValue = (text: string): MessageAttributeValue => ({
  DataType: "String",
  StringValue: text.slice(0, maxReason).replace(refused, "\u{fffd}") || "-",
});
