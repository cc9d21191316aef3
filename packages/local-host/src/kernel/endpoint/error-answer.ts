import { randomUUID } from "node:crypto";
import type { AwsError, AwsResponse } from "./aws-service";
import type { Protocol } from "./request-target";
import { escapeXml } from "./xml";

const json = (error: AwsError, contentType: string, headers: Readonly<Record<string, string>> = {}): AwsResponse => ({
  status: error.status,
  headers: { "content-type": contentType, ...headers },
  body: JSON.stringify({ __type: error.name, message: error.message }),
});

/** An error in the shape of the protocol it is answered in. */
export const errorAnswer = (error: AwsError, protocol: Protocol, service: string): AwsResponse => {
  switch (protocol) {
    // An answer in JSON is made one in CBOR when it is sent.
    case "cbor":
    case "json":
      return json(error, "application/x-amz-json-1.0", {
        "x-amzn-errortype": error.name,
        // The SQS client takes the name from here; AWS sends the older query protocol's name in it.
        ...(service === "sqs"
          ? { "x-amzn-query-error": `${queryErrorName(error.name)};${error.status < 500 ? "Sender" : "Receiver"}` }
          : {}),
      });
    case "rest-json":
      return json(error, "application/json", { "x-amzn-errortype": error.name });
    case "query":
      return {
        status: error.status,
        headers: { "content-type": "text/xml" },
        body:
          `<ErrorResponse><Error><Type>${error.status < 500 ? "Sender" : "Receiver"}</Type>` +
          `<Code>${escapeXml(error.name)}</Code><Message>${escapeXml(error.message)}</Message></Error>` +
          `<RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
      };
    case "s3":
      return {
        status: error.status,
        headers: { "content-type": "application/xml" },
        body:
          `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escapeXml(error.name)}</Code>` +
          `<Message>${escapeXml(error.message)}</Message><RequestId>${randomUUID()}</RequestId></Error>`,
      };
  }
};

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html and the errors of each action. */
const queryErrorName = (name: string): string =>
  ({
    QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
    QueueNameExists: "QueueAlreadyExists",
    EmptyBatchRequest: "AWS.SimpleQueueService.EmptyBatchRequest",
    TooManyEntriesInBatchRequest: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
    BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
    BatchRequestTooLong: "AWS.SimpleQueueService.BatchRequestTooLong",
    InvalidBatchEntryId: "AWS.SimpleQueueService.InvalidBatchEntryId",
    MessageNotInflight: "AWS.SimpleQueueService.MessageNotInflight",
    PurgeQueueInProgress: "AWS.SimpleQueueService.PurgeQueueInProgress",
    UnsupportedOperation: "AWS.SimpleQueueService.UnsupportedOperation",
  })[name] ?? name;
