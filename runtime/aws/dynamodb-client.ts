import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { callLimits } from "./call-limits";

export const dynamodbClient = (): DynamoDBClient => new DynamoDBClient({ maxAttempts: 4, requestHandler: callLimits });
