import { AwsError } from "../../kernel/endpoint/aws-service";
import type { Queue } from "./queue";
import { type MessageAttributes, messageSize } from "./sqs-message";

export interface NewMessage {
  readonly body: string;
  readonly attributes?: MessageAttributes;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly delaySeconds?: number;
  readonly traceHeader?: string;
}

export interface SentMessage {
  readonly messageId: string;
  readonly md5OfBody: string;
  readonly md5OfAttributes: string | undefined;
  readonly sequenceNumber: string | undefined;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters SQS refuses.
const refusedCharacter = /[^\u0009\u000A\u000D\u0020-\uFFFD]/;

/** @throws AwsError for a message that SQS would refuse */
export const assertSendable = (queue: Queue, message: NewMessage, attributes: MessageAttributes): void => {
  if (message.body === "")
    throw new AwsError("MissingParameter", "The request must contain the parameter MessageBody.");
  if (refusedCharacter.test(message.body)) {
    throw new AwsError(
      "InvalidMessageContents",
      "Invalid characters found in the message's body: #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF are valid.",
    );
  }
  const limit = queue.seconds("MaximumMessageSize");
  if (messageSize(message.body, attributes) > limit) {
    throw new AwsError(
      "InvalidParameterValue",
      `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
    );
  }
  if (Object.keys(attributes).length > 10) {
    throw new AwsError(
      "InvalidParameterValue",
      `Number of message attributes [${Object.keys(attributes).length}] exceeds the allowed maximum [10].`,
    );
  }
  const delay = message.delaySeconds ?? 0;
  if (delay < 0 || delay > 900) {
    throw new AwsError(
      "InvalidParameterValue",
      `Value ${delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
    );
  }
};
