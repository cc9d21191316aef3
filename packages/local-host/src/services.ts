import type { Service } from "./kernel/service";
import { httpApis } from "./services/api-gateway/http-apis";
import { cloudwatch } from "./services/cloudwatch/cloudwatch";
import { cognito } from "./services/cognito/cognito";
import { dynamodb } from "./services/dynamodb/dynamodb";
import { eventBridge } from "./services/event-bridge/event-bridge";
import { eventSourceMappings } from "./services/event-source-mappings/event-source-mappings";
import { kms } from "./services/kms/kms";
import { lambda } from "./services/lambda/lambda";
import { logs } from "./services/logs/logs";
import { s3 } from "./services/s3/s3";
import { sns } from "./services/sns/sns";
import { sqs } from "./services/sqs/sqs";
import { ssm } from "./services/ssm/ssm";
import { stepFunctions } from "./services/step-functions/step-functions";
import { sts } from "./services/sts/sts";
import { xray } from "./services/xray/xray";

/**
 * The services that run, in the sequence in which their hosts are made and started: what others write to comes first, what
 * sets things going comes last. They are stopped in reverse.
 */
export const services: readonly Service[] = [
  sts,
  kms,
  logs,
  xray,
  cloudwatch,
  ssm,
  sqs,
  sns,
  s3,
  dynamodb,
  cognito,
  lambda,
  stepFunctions,
  eventBridge,
  eventSourceMappings,
  httpApis,
];
