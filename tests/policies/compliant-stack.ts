import { compliantBucket } from "./compliant-bucket";
import type { Fixture } from "./fixture";
import {
  account,
  alarm,
  at,
  deadLetters,
  document,
  functionArn,
  keyArn,
  lambdaFunction,
  queue,
  queueArn,
  queuePolicy,
  redriveTo,
  roleArn,
  ruleArn,
  sends,
  tableArn,
  tlsOnly,
  topicArn,
  trusts,
} from "./fixture-resources";

/** A made-up stack that keeps every rule; each test breaks it in one place. */
export const compliantStack: Fixture = [
  {
    type: "pulumi:providers:aws",
    name: "aws",
    inputs: { defaultTags: JSON.stringify({ tags: { project: "shop", stack: "prod" } }) },
  },
  {
    type: "aws:kms/key:Key",
    name: "key",
    inputs: {
      enableKeyRotation: true,
      policy: document({
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: "kms:*",
        Resource: "*",
      }),
    },
    added: { arn: keyArn },
    protect: true,
  },
  {
    type: "aws:kms/alias:Alias",
    name: "key-alias",
    inputs: { name: "alias/shop", targetKeyId: keyArn },
    protect: true,
  },
  {
    type: "aws:iam/role:Role",
    name: "clock-role",
    inputs: { name: "clock-role", assumeRolePolicy: trusts("scheduler.amazonaws.com") },
    added: { arn: roleArn("clock") },
  },
  {
    type: "aws:sns/topic:Topic",
    name: "news",
    inputs: { name: "news", kmsMasterKeyId: keyArn },
    added: { arn: topicArn, id: topicArn },
  },
  {
    type: "aws:sns/topicPolicy:TopicPolicy",
    name: "news-policy",
    inputs: {
      arn: topicArn,
      policy: document(tlsOnly(topicArn), {
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { StringEquals: { "aws:SourceAccount": account } },
      }),
    },
  },
  {
    type: "aws:sns/topicSubscription:TopicSubscription",
    name: "to-partner",
    inputs: {
      topic: topicArn,
      protocol: "sqs",
      endpoint: queueArn("work"),
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn("news-dlq") }),
    },
  },
  {
    type: "aws:sns/topicSubscription:TopicSubscription",
    name: "to-people",
    inputs: { topic: topicArn, protocol: "email", endpoint: "ops@example.com" },
  },

  queue("work", {
    visibilityTimeoutSeconds: 60,
    messageRetentionSeconds: 345_600,
    redrivePolicy: redriveTo("work-dlq"),
  }),
  queuePolicy("work", sends("events.amazonaws.com", queueArn("work"), ruleArn)),
  ...deadLetters("work-dlq"),
  ...deadLetters("news-dlq", sends("sns.amazonaws.com", queueArn("news-dlq"), topicArn)),
  ...deadLetters("rule-dlq", sends("events.amazonaws.com", queueArn("rule-dlq"), ruleArn)),
  alarm("work-age", "AWS/SQS", "ApproximateAgeOfOldestMessage", { QueueName: "work" }),
  alarm("work-dlq-full", "AWS/SQS", "ApproximateNumberOfMessagesVisible", { QueueName: "work-dlq" }),
  alarm("news-dlq-full", "AWS/SQS", "ApproximateNumberOfMessagesVisible", { QueueName: "news-dlq" }),
  alarm("rule-dlq-full", "AWS/SQS", "ApproximateNumberOfMessagesVisible", { QueueName: "rule-dlq" }),

  {
    type: "aws:cloudwatch/eventBus:EventBus",
    name: "bus",
    inputs: { name: "bus", kmsKeyIdentifier: keyArn, deadLetterConfig: { arn: queueArn("bus-dlq") } },
    added: { arn: `arn:aws:events:${at}:event-bus/bus` },
  },
  ...deadLetters("bus-dlq", sends("events.amazonaws.com", queueArn("bus-dlq"), `arn:aws:events:${at}:event-bus/bus`)),
  alarm("bus-dlq-full", "AWS/SQS", "ApproximateNumberOfMessagesVisible", { QueueName: "bus-dlq" }),
  {
    type: "aws:cloudwatch/eventArchive:EventArchive",
    name: "archive",
    inputs: { name: "archive", eventSourceArn: `arn:aws:events:${at}:event-bus/bus`, kmsKeyIdentifier: keyArn },
  },
  {
    type: "aws:cloudwatch/eventRule:EventRule",
    name: "placed",
    inputs: { name: "placed", eventBusName: "bus" },
    added: { arn: ruleArn },
  },
  {
    type: "aws:cloudwatch/eventTarget:EventTarget",
    name: "placed-to-work",
    inputs: { rule: "placed", arn: queueArn("work"), deadLetterConfig: { arn: queueArn("rule-dlq") } },
  },
  {
    type: "aws:scheduler/schedule:Schedule",
    name: "nightly",
    inputs: {
      name: "nightly",
      target: {
        arn: functionArn("worker"),
        roleArn: roleArn("worker"),
        deadLetterConfig: { arn: queueArn("work-dlq") },
      },
    },
  },

  ...lambdaFunction("worker", { reservedConcurrentExecutions: 50 }),
  ...lambdaFunction("relay"),
  {
    type: "aws:iam/rolePolicy:RolePolicy",
    name: "worker-policy",
    inputs: {
      role: "worker-role",
      policy: document(
        { Effect: "Allow", Action: "dynamodb:PutItem", Resource: tableArn },
        { Effect: "Allow", Action: ["xray:PutTraceSegments"], Resource: "*" },
      ),
    },
  },
  {
    type: "shop:index:Worker",
    name: "worker-component",
    inputs: {
      maxReceives: 5,
      grants: [
        { actions: ["dynamodb:PutItem"], resources: [tableArn] },
        { actions: ["xray:PutTraceSegments"], resources: ["*"] },
      ],
    },
  },
  {
    type: "aws:lambda/eventSourceMapping:EventSourceMapping",
    name: "work-to-worker",
    inputs: {
      eventSourceArn: queueArn("work"),
      functionName: functionArn("worker"),
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: 50 },
    },
  },
  {
    type: "aws:lambda/eventSourceMapping:EventSourceMapping",
    name: "orders-to-relay",
    inputs: {
      eventSourceArn: `${tableArn}/stream/2026`,
      functionName: functionArn("relay"),
      startingPosition: "TRIM_HORIZON",
      functionResponseTypes: ["ReportBatchItemFailures"],
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 10,
      destinationConfig: { onFailure: { destinationArn: queueArn("work-dlq") } },
    },
  },

  {
    type: "aws:dynamodb/table:Table",
    name: "orders",
    inputs: {
      name: "orders",
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: true,
      serverSideEncryption: { enabled: true, kmsKeyArn: keyArn },
    },
    added: { arn: tableArn, streamArn: `${tableArn}/stream/2026` },
    protect: true,
  },
  ...compliantBucket,

  ...lambdaFunction("placer"),
  alarm("placer-throttled", "AWS/Lambda", "Throttles", { FunctionName: "placer" }),
  { type: "aws:apigatewayv2/api:Api", name: "api", inputs: { protocolType: "HTTP" }, added: { id: "api" } },
  alarm("api-fails", "AWS/ApiGateway", "5xx", { ApiId: "api" }),
  {
    type: "aws:apigatewayv2/integration:Integration",
    name: "to-placer",
    inputs: {
      apiId: "api",
      integrationUri: `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${functionArn("placer")}/invocations`,
      timeoutMilliseconds: 29_000,
    },
  },
  {
    type: "aws:apigatewayv2/route:Route",
    name: "post-orders",
    inputs: { apiId: "api", routeKey: "POST /orders", authorizationType: "JWT", authorizerId: "jwt" },
  },
  {
    type: "aws:apigatewayv2/route:Route",
    name: "get-health",
    inputs: { apiId: "api", routeKey: "GET /health", authorizationType: "NONE" },
  },
  {
    type: "aws:apigatewayv2/stage:Stage",
    name: "stage",
    inputs: {
      apiId: "api",
      name: "$default",
      accessLogSettings: { destinationArn: `arn:aws:logs:${at}:log-group:placer-logs` },
      defaultRouteSettings: { throttlingRateLimit: 100, throttlingBurstLimit: 200 },
    },
  },
  {
    type: "aws:apigatewayv2/domainName:DomainName",
    name: "domain",
    inputs: { domainNameConfiguration: { securityPolicy: "TLS_1_2", endpointType: "REGIONAL" } },
  },
  {
    type: "aws:lambda/permission:Permission",
    name: "api-invokes",
    inputs: {
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      sourceArn: `arn:aws:execute-api:${at}:api/*`,
    },
  },
  {
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    name: "attachment",
    inputs: { role: "worker-role", policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole" },
  },
  {
    type: "aws:sfn/stateMachine:StateMachine",
    name: "flow",
    inputs: {
      name: "flow",
      loggingConfiguration: { level: "ERROR", logDestination: `arn:aws:logs:${at}:log-group:worker-logs:*` },
      tracingConfiguration: { enabled: true },
    },
  },
];
