import * as z from "zod";
import { arnOf, attachment, type Provision, physicalName } from "../../kernel/program/provision";
import type { ResourceGraph, ResourceNode } from "../../kernel/program/resource-graph";
import { resourceType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";

const provisionFunction: Provision = (resource, at) => {
  const name = physicalName(resource);
  const arn = arnOf("lambda", `function:${name}`, at);
  const invokeArn = `arn:aws:apigateway:${at.region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
  return { id: name, outputs: { name, arn, invokeArn, qualifiedArn: `${arn}:$LATEST`, version: "$LATEST" } };
};

export const functionType = resourceType("aws:lambda/function:Function", provisionFunction, {
  shape: {
    code: z.object({ archive: z.string() }),
    handler: z.string().regex(/^[^.]*[^./]\.[^/]+$/, "must be module.export, for example index.handler"),
    runtime: z.string().regex(/^nodejs\d+\.x$/, "the local host runs Node.js functions only: nodejs24.x"),
    role: z.string(),
    packageType: z.literal("Zip").optional(),
    memorySize: z.number().int().min(128).max(10240).default(128),
    timeout: z.number().int().min(1).max(900).default(3),
    environment: z.object({ variables: z.record(z.string(), z.string()).optional() }).optional(),
    reservedConcurrentExecutions: z.number().int().min(-1).optional(),
    loggingConfig: z
      .object({
        logFormat: z.enum(["Text", "JSON"]).optional(),
        logGroup: z.string().optional(),
        applicationLogLevel: z.enum(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]).optional(),
        systemLogLevel: z.enum(["DEBUG", "INFO", "WARN"]).optional(),
      })
      .optional(),
    tracingConfig: z.object({ mode: z.enum(["Active", "PassThrough"]) }).optional(),
    deadLetterConfig: z.object({ targetArn: z.string() }).optional(),
    description: z.string().default(""),
    layers: z.array(z.never()).optional(),
  },
  withoutEffect: [
    "architectures",
    "codeSigningConfigArn",
    "ephemeralStorage",
    "kmsKeyArn",
    "name",
    "publish",
    "replaceSecurityGroupsOnDestroy",
    "replacementSecurityGroupIds",
    "skipDestroy",
    "snapStart",
    "sourceCodeHash",
    "sourceKmsKeyArn",
    "useResourceTimeoutForPropagation",
    "vpcConfig",
  ],
});

export const permissionType = resourceType("aws:lambda/permission:Permission", attachment, {
  shape: {
    action: z.string(),
    function: z.string(),
    principal: z.string(),
    sourceArn: z.string().optional(),
    sourceAccount: z.string().optional(),
  },
  withoutEffect: ["statementId", "statementIdPrefix", "qualifier"],
});

const functionOfPermission = (node: ResourceNode, graph: ResourceGraph): string => {
  const { function: given } = permissionType.read(node);
  const name = given.startsWith("arn:") ? given.split(":")[6] : given.split(":")[0];
  return arnOf("lambda", `function:${name ?? ""}`, graph);
};

/** The policy that AddPermission gives a function. */
const policyOfPermission = (node: ResourceNode, graph: ResourceGraph): unknown => {
  const { action, principal, sourceArn, sourceAccount } = permissionType.read(node);
  const Statement = {
    Effect: "Allow",
    Principal: principal.endsWith(".amazonaws.com") ? { Service: principal } : { AWS: principal },
    Action: action,
    Resource: functionOfPermission(node, graph),
    Condition: {
      ...(sourceArn === undefined ? {} : { ArnLike: { "AWS:SourceArn": sourceArn } }),
      ...(sourceAccount === undefined ? {} : { StringEquals: { "AWS:SourceAccount": sourceAccount } }),
    },
  };
  return { Statement };
};

const destination = z.object({ destination: z.string() }).optional();

export const invokeConfigType = resourceType(
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  attachment,
  {
    shape: {
      functionName: z.string(),
      maximumEventAgeInSeconds: z.number().int().min(60).max(21600).default(21600),
      maximumRetryAttempts: z.number().int().min(0).max(2).default(2),
      destinationConfig: z.object({ onSuccess: destination, onFailure: destination }).optional(),
    },
    withoutEffect: ["qualifier"],
  },
);

export const lambdaDeclaration: ServiceDeclaration = {
  name: "lambda",
  names: [
    {
      type: functionType.token,
      atMost: 64,
      pattern: /^[\w-]+$/,
      of: "letters, digits, hyphens and underscores",
      page: "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html",
    },
  ],
  types: [functionType, permissionType, invokeConfigType],
  access: {
    policies: [{ type: permissionType, arn: functionOfPermission, document: policyOfPermission }],
    refusals: { lambda: { status: 403 } },
    roleUsers: [
      {
        type: functionType,
        role: "role",
        service: "lambda.amazonaws.com",
        refusal: "InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda.",
      },
    ],
  },
};
