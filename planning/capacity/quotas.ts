/** When the quotas were looked up: those of an account without increases, in eu-central-1. */
export const quotasRead = "2026-11-26";

export interface Quota {
  readonly name: string;
  readonly value: number;
  readonly source: string;
  /** What the name in AWS's console is, where it can be raised. */
  readonly raise?: string;
}

export const quotas = {
  apiRequests: {
    name: "HTTP API, requests a second in the account",
    value: 10_000,
    source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html",
    raise: "API Gateway: Throttle rate",
  },
  concurrency: {
    name: "Lambda, invocations at once in the account (a new one has 10)",
    value: 1_000,
    source: "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
    raise: "Lambda: Concurrent executions",
  },
  scaling: {
    name: "Lambda, further environments of a function every 10 seconds",
    value: 1_000,
    source: "https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html",
  },
  newTableWrites: {
    name: "DynamoDB, writes a second of a new on-demand table",
    value: 4_000,
    source: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html",
  },
  tableWrites: {
    name: "DynamoDB, writes a second of a table or an index",
    value: 40_000,
    source: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Limits.html",
    raise: "DynamoDB: Table-level write throughput limit",
  },
  partitionWrites: {
    name: "DynamoDB, writes a second of a partition, so of one key",
    value: 1_000,
    source: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html",
  },
  putEvents: {
    name: "EventBridge, PutEvents a second",
    value: 2_400,
    source: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html",
    raise: "EventBridge: PutEvents throttle limit in transactions per second",
  },
  targetInvocations: {
    name: "EventBridge, invocations of targets a second (beyond it they come later)",
    value: 4_500,
    source: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html",
    raise: "EventBridge: Invocations throttle limit in transactions per second",
  },
  executionStarts: {
    name: "Step Functions, starts of Express executions a second",
    value: 6_000,
    source: "https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html",
    raise: "Step Functions: StartSyncExecution throttle token refill rate",
  },
  mappingConcurrency: {
    name: "Lambda, maximum concurrency of a queue's mapping",
    value: 1_000,
    source: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",
  },
} as const satisfies Readonly<Record<string, Quota>>;
