import { SQSClient } from "@aws-sdk/client-sqs";
import { callLimits } from "./call-limits";

export const sqsClient = (): SQSClient => new SQSClient({ maxAttempts: 4, requestHandler: callLimits });
