import type { SqsMessage } from "../sqs/sqs-message";

/** A message as a record of the event that Lambda hands to a function. */
export const queueRecord = (message: SqsMessage, queueArn: string, region: string) => ({
  messageId: message.messageId,
  receiptHandle: message.receiptHandle,
  body: message.body,
  attributes: message.attributes,
  messageAttributes: Object.fromEntries(
    Object.entries(message.messageAttributes).map(([name, { dataType, stringValue, binaryValue }]) => [
      name,
      {
        ...(stringValue !== undefined && { stringValue }),
        ...(binaryValue !== undefined && { binaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType,
      },
    ]),
  ),
  ...(message.md5OfMessageAttributes !== undefined && { md5OfMessageAttributes: message.md5OfMessageAttributes }),
  md5OfBody: message.md5OfBody,
  eventSource: "aws:sqs",
  eventSourceARN: queueArn,
  awsRegion: region,
});

export type QueueRecord = ReturnType<typeof queueRecord>;
