import { randomUUID } from "node:crypto";
import type { AwsError, AwsResponse, AwsService } from "./aws-service";
import type { Protocol } from "./request-target";
import { escapeXml } from "./xml";

const json = (error: AwsError, contentType: string, headers: Readonly<Record<string, string>> = {}): AwsResponse => ({
  status: error.status,
  headers: { "content-type": contentType, ...headers },
  body: JSON.stringify({ __type: error.name, message: error.message }),
});

/** An error in the shape of the protocol it is answered in. */
export const errorAnswer = (error: AwsError, protocol: Protocol, service?: AwsService): AwsResponse => {
  switch (protocol) {
    // An answer in JSON is made one in CBOR when it is sent.
    case "cbor":
    case "json":
      return json(error, "application/x-amz-json-1.0", {
        "x-amzn-errortype": error.name,
        ...service?.errorHeaders?.(error),
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
