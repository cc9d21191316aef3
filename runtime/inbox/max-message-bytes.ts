/**
 * Bytes of a message of SQS with its attributes.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
export const maxMessageBytes = 1_048_576;
