import type { Fixture, FixtureResource } from "./fixture";

export const account = "111122223333";
export const at = `eu-central-1:${account}`;

export const queueArn = (name: string): string => `arn:aws:sqs:${at}:${name}`;
const queueUrl = (name: string): string => `https://sqs.eu-central-1.amazonaws.com/${account}/${name}`;
export const roleArn = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
export const functionArn = (name: string): string => `arn:aws:lambda:${at}:function:${name}`;
export const topicArn = `arn:aws:sns:${at}:news`;
export const keyArn = `arn:aws:kms:${at}:key/0a1b`;
export const ruleArn = `arn:aws:events:${at}:rule/bus/placed`;
export const tableArn = `arn:aws:dynamodb:${at}:table/orders`;

export const document = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

export const tlsOnly = (resource: string): object => ({
  Effect: "Deny",
  Principal: "*",
  Action: "*",
  Resource: resource,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

export const sends = (service: string, resource: string, sourceArn: string): object => ({
  Effect: "Allow",
  Principal: { Service: service },
  Action: "sqs:SendMessage",
  Resource: resource,
  Condition: { ArnEquals: { "aws:SourceArn": sourceArn } },
});

export const trusts = (service: string): string =>
  document({
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    ...(service === "lambda.amazonaws.com" ? {} : { Condition: { StringEquals: { "aws:SourceAccount": account } } }),
  });

export const redriveTo = (name: string, maxReceiveCount = 5): string =>
  JSON.stringify({ deadLetterTargetArn: queueArn(name), maxReceiveCount });

export const queue = (name: string, inputs: object): FixtureResource => ({
  type: "aws:sqs/queue:Queue",
  name,
  inputs: { name, sqsManagedSseEnabled: true, ...inputs },
  added: { arn: queueArn(name), url: queueUrl(name) },
});

export const queuePolicy = (name: string, ...statements: readonly object[]): FixtureResource => ({
  type: "aws:sqs/queuePolicy:QueuePolicy",
  name: `${name}-policy`,
  inputs: { queueUrl: queueUrl(name), policy: document(tlsOnly(queueArn(name)), ...statements) },
});

/** A component with a dead-letter queue and its policy, which it registers as statements too. */
export const deadLetters = (name: string, ...statements: readonly object[]): Fixture => [
  {
    type: "shop:index:DeadLetters",
    name: `${name}-component`,
    inputs: {},
    added: { statements: [tlsOnly(queueArn(name)), ...statements] },
  },
  { ...queue(name, { messageRetentionSeconds: 1_209_600 }), parent: `${name}-component` },
  { ...queuePolicy(name, ...statements), parent: `${name}-component` },
];

export const alarm = (name: string, namespace: string, metricName: string, dimensions: object): FixtureResource => ({
  type: "aws:cloudwatch/metricAlarm:MetricAlarm",
  name,
  inputs: { name, namespace, metricName, dimensions, alarmActions: [topicArn] },
});

/** A function with its role, log group and alarm. */
export const lambdaFunction = (name: string, inputs: object = {}): Fixture => [
  {
    type: "aws:iam/role:Role",
    name: `${name}-role`,
    inputs: { name: `${name}-role`, assumeRolePolicy: trusts("lambda.amazonaws.com") },
    added: { arn: roleArn(name) },
  },
  {
    type: "aws:cloudwatch/logGroup:LogGroup",
    name: `${name}-logs`,
    inputs: { name: `${name}-logs`, retentionInDays: 30 },
    added: { arn: `arn:aws:logs:${at}:log-group:${name}-logs` },
  },
  {
    type: "aws:lambda/function:Function",
    name,
    inputs: {
      name,
      role: roleArn(name),
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      timeout: 10,
      environment: {
        variables: { PAYMENT_URL: "https://payments.example", PAYMENT_KEY_PARAMETER: "/payment-key", SORT_KEY: "id" },
      },
      loggingConfig: { logFormat: "JSON", logGroup: `${name}-logs` },
      tracingConfig: { mode: "Active" },
      ...inputs,
    },
    added: { arn: functionArn(name), id: name },
  },
  alarm(`${name}-errors`, "AWS/Lambda", "Errors", { FunctionName: name }),
];
