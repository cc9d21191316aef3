import type { Service } from "../../kernel/service";
import { type DynamodbHost, dynamodbHost } from "./dynamodb-host";
import { dynamodbDeclaration } from "./resource-types";

export const dynamodb: Service<DynamodbHost> = {
  ...dynamodbDeclaration,
  host: (context) => dynamodbHost(context),
};
