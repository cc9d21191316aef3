import type { HeldMessage } from "./queue-store";
import type { SqsMessage } from "./sqs-message";

/** A held message as its receiver gets it. */
export const asReceived = (message: HeldMessage): SqsMessage => ({
  messageId: message.messageId,
  receiptHandle: message.receipt ?? "",
  body: message.body,
  md5OfBody: message.md5OfBody,
  attributes: {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    SenderId: message.senderId,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(message.traceHeader === undefined ? {} : { AWSTraceHeader: message.traceHeader }),
    ...(message.groupId === undefined ? {} : { MessageGroupId: message.groupId }),
    ...(message.deduplicationId === undefined ? {} : { MessageDeduplicationId: message.deduplicationId }),
    ...(message.sequenceNumber === undefined ? {} : { SequenceNumber: message.sequenceNumber }),
    ...(message.deadLetterSource === undefined ? {} : { DeadLetterQueueSourceArn: message.deadLetterSource }),
  },
  messageAttributes: message.attributes,
  ...(message.md5OfAttributes === undefined ? {} : { md5OfMessageAttributes: message.md5OfAttributes }),
});
