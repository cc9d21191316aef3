import { type MessageAttributeValue, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { RejectedMessages } from "./rejected-messages";

/** Characters of the reason; the body beside it is what it is about. */
const maxDetail = 1_000;

/** SQS allows ten attributes; three say why the message was rejected. */
const maxOwnAttributes = 7;

/**
 * A dead-letter queue that says why: in the attributes `error`, `field` (pointers of the wrong fields) and `reason`. The
 * message's own attributes stay with it, so that a redrive sends what was sent.
 */
export const sqsRejectedMessages = (client: SQSClient, queueUrl: string): RejectedMessages => ({
  keep: async ({ body, attributes }, { error, detail, errors }) => {
    const fields = errors.map(({ pointer }) => pointer || "/").join(" ");
    const own = Object.entries(attributes).filter(([name]) => !["error", "field", "reason"].includes(name));
    const send = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageAttributes: Object.fromEntries([
        ...own.slice(0, maxOwnAttributes).map(([name, value]) => [name, textValue(value)]),
        ["error", textValue(error)],
        ["field", textValue(fields)],
        ["reason", textValue(detail)],
      ]),
    });
    await client.send(send);
  },
});

/** Characters that SQS refuses; a value may not be empty either. */
const refused = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const textValue = (text: string): MessageAttributeValue => ({
  DataType: "String",
  StringValue: text.slice(0, maxDetail).replace(refused, "\u{fffd}") || "-",
});
