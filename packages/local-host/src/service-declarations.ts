import type { ServiceDeclaration } from "./kernel/service";
import { httpApisDeclaration } from "./services/api-gateway/resource-types";
import { awsProviderDeclaration } from "./services/aws-provider/resource-types";
import { cloudwatchDeclaration } from "./services/cloudwatch/resource-types";
import { cognitoDeclaration } from "./services/cognito/resource-types";
import { dynamodbDeclaration } from "./services/dynamodb/resource-types";
import { ec2Declaration } from "./services/ec2/resource-types";
import { eventBridgeDeclaration } from "./services/event-bridge/resource-types";
import { eventSourceMappingsDeclaration } from "./services/event-source-mappings/resource-types";
import { iamDeclaration } from "./services/iam/resource-types";
import { kmsDeclaration } from "./services/kms/resource-types";
import { lambdaDeclaration } from "./services/lambda/resource-types";
import { logsDeclaration } from "./services/logs/resource-types";
import { s3Declaration } from "./services/s3/resource-types";
import { snsDeclaration } from "./services/sns/resource-types";
import { sqsDeclaration } from "./services/sqs/resource-types";
import { ssmDeclaration } from "./services/ssm/resource-types";
import { stepFunctionsDeclaration } from "./services/step-functions/resource-types";
import { stsDeclaration } from "./services/sts/resource-types";
import { xrayDeclaration } from "./services/xray/resource-types";

/** Every service that a program may use, as its evaluation knows it. */
export const serviceDeclarations: readonly ServiceDeclaration[] = [
  httpApisDeclaration,
  awsProviderDeclaration,
  cloudwatchDeclaration,
  cognitoDeclaration,
  dynamodbDeclaration,
  ec2Declaration,
  eventBridgeDeclaration,
  eventSourceMappingsDeclaration,
  iamDeclaration,
  kmsDeclaration,
  lambdaDeclaration,
  logsDeclaration,
  s3Declaration,
  snsDeclaration,
  sqsDeclaration,
  ssmDeclaration,
  stepFunctionsDeclaration,
  stsDeclaration,
  xrayDeclaration,
];
