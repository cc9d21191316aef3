import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { beforeAll, describe, expect, it } from "vitest";
import { resource, stackGraph } from "../support/stack-graph";

let graph: ResourceGraph;

beforeAll(async () => {
  graph = await stackGraph("dev");
});

const arn = (type: string, name: string): unknown => resource(graph, type, name).outputs["arn"];
const queueArn = (name: string): unknown => arn("aws:sqs/queue:Queue", name);
const queueUrl = (name: string): unknown => resource(graph, "aws:sqs/queue:Queue", name).outputs["url"];
const policyOf = (queue: string): unknown =>
  JSON.parse(String(resource(graph, "aws:sqs/queuePolicy:QueuePolicy", queue).inputs["policy"]));

const tlsOnly = (queue: string): unknown => ({
  Sid: "DenyInsecureTransport",
  Effect: "Deny",
  Principal: "*",
  Action: "sqs:*",
  Resource: [queueArn(queue)],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

const allowsRule = (queue: string): unknown => ({
  Effect: "Allow",
  Principal: { Service: "events.amazonaws.com" },
  Action: "sqs:SendMessage",
  Resource: queueArn(queue),
  Condition: { ArnEquals: { "aws:SourceArn": arn("aws:cloudwatch/eventRule:EventRule", "orders-placed") } },
});

describe("the orders table", () => {
  it("has one key, a keys-only index by customer and one of open orders, and a stream of whole images", () => {
    expect(resource(graph, "aws:dynamodb/table:Table", "orders-table").inputs).toEqual({
      billingMode: "PAY_PER_REQUEST",
      hashKey: "order_id",
      attributes: [
        { name: "order_id", type: "S" },
        { name: "customer_id", type: "S" },
        { name: "created_at", type: "S" },
        { name: "open_shard", type: "S" },
      ],
      globalSecondaryIndexes: [
        { name: "by-customer", hashKey: "customer_id", rangeKey: "created_at", projectionType: "KEYS_ONLY" },
        { name: "open-orders", hashKey: "open_shard", rangeKey: "created_at", projectionType: "KEYS_ONLY" },
      ],
      streamEnabled: true,
      streamViewType: "NEW_AND_OLD_IMAGES",
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: false,
      serverSideEncryption: { enabled: false },
    });
  });
});

describe("the stream relay", () => {
  it("starts at the oldest record, isolates a poison record, gives up on it in the end and says where it was", () => {
    expect(resource(graph, "aws:lambda/eventSourceMapping:EventSourceMapping", "orders-relay").inputs).toEqual({
      eventSourceArn: resource(graph, "aws:dynamodb/table:Table", "orders-table").outputs["streamArn"],
      functionName: resource(graph, "aws:lambda/function:Function", "orders-relay-order-events").outputs["name"],
      startingPosition: "TRIM_HORIZON",
      batchSize: 100,
      parallelizationFactor: 2,
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 10,
      functionResponseTypes: ["ReportBatchItemFailures"],
      destinationConfig: { onFailure: { destinationArn: queueArn("orders-relay-dlq") } },
    });
  });

  it("declares an alarm when it is more than a minute behind", () => {
    expect(resource(graph, "aws:cloudwatch/metricAlarm:MetricAlarm", "orders-relay-behind").inputs).toMatchObject({
      namespace: "AWS/Lambda",
      metricName: "IteratorAge",
      statistic: "Maximum",
      threshold: 60_000,
      period: 60,
    });
  });
});

describe("the bus", () => {
  it("keeps every event for 30 days", () => {
    expect(resource(graph, "aws:cloudwatch/eventArchive:EventArchive", "orders-bus").inputs).toEqual({
      eventSourceArn: arn("aws:cloudwatch/eventBus:EventBus", "orders-bus"),
      retentionDays: 30,
    });
  });

  it("sends placed orders, and only these, to the fulfilment queue; what cannot be delivered to a queue of its own", () => {
    const rule = resource(graph, "aws:cloudwatch/eventRule:EventRule", "orders-placed");
    expect(JSON.parse(String(rule.inputs["eventPattern"]))).toEqual({
      source: ["orders"],
      "detail-type": ["OrderPlaced"],
    });
    expect(resource(graph, "aws:cloudwatch/eventTarget:EventTarget", "orders-placed").inputs).toEqual({
      eventBusName: resource(graph, "aws:cloudwatch/eventBus:EventBus", "orders-bus").outputs["name"],
      rule: rule.outputs["name"],
      arn: queueArn("orders-fulfilment"),
      retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
      deadLetterConfig: { arn: queueArn("orders-placed-dlq") },
    });
  });
});

describe("the fulfilment queue", () => {
  it("waits six times its consumer's timeout, and dead-letters after five receives", () => {
    const { inputs } = resource(graph, "aws:sqs/queue:Queue", "orders-fulfilment");
    expect({ ...inputs, redrivePolicy: JSON.parse(String(inputs["redrivePolicy"])) }).toEqual({
      visibilityTimeoutSeconds: 360,
      messageRetentionSeconds: 345_600,
      maxMessageSize: 1_048_576,
      sqsManagedSseEnabled: true,
      redrivePolicy: { deadLetterTargetArn: queueArn("orders-fulfilment-dlq"), maxReceiveCount: 5 },
    });
    expect(resource(graph, "aws:lambda/function:Function", "orders-fulfil-order").inputs["timeout"]).toBe(60);
  });

  it("allows the one rule that sends to it, and refuses requests without TLS", () => {
    expect(policyOf("orders-fulfilment")).toEqual({
      Version: "2012-10-17",
      Statement: [tlsOnly("orders-fulfilment"), allowsRule("orders-fulfilment")],
    });
  });

  it("retries only the failed messages of a batch", () => {
    expect(resource(graph, "aws:lambda/eventSourceMapping:EventSourceMapping", "orders-fulfilment").inputs).toEqual({
      eventSourceArn: queueArn("orders-fulfilment"),
      functionName: resource(graph, "aws:lambda/function:Function", "orders-fulfil-order").outputs["name"],
      batchSize: 10,
      scalingConfig: { maximumConcurrency: 5 },
      functionResponseTypes: ["ReportBatchItemFailures"],
    });
  });

  it("declares an alarm when its oldest message is older than 10 minutes", () => {
    expect(resource(graph, "aws:cloudwatch/metricAlarm:MetricAlarm", "orders-fulfilment-waits").inputs).toMatchObject({
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: resource(graph, "aws:sqs/queue:Queue", "orders-fulfilment").outputs["name"] },
      threshold: 600,
    });
  });
});

describe("a dead-letter queue", () => {
  const names = [
    "orders-inbox-dlq",
    "orders-files-dlq",
    "orders-fulfilment-dlq",
    "orders-placed-dlq",
    "orders-relay-dlq",
  ];

  it("keeps messages for 14 days, encrypted, and a single one raises an alarm", () => {
    for (const name of names) {
      const queue = resource(graph, "aws:sqs/queue:Queue", name);
      expect(queue.inputs).toEqual({
        messageRetentionSeconds: 1_209_600,
        maxMessageSize: 1_048_576,
        sqsManagedSseEnabled: true,
      });
      expect(resource(graph, "aws:cloudwatch/metricAlarm:MetricAlarm", `${name}-not-empty`).inputs).toMatchObject({
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: queue.outputs["name"] },
        statistic: "Maximum",
        threshold: 0,
        comparisonOperator: "GreaterThanThreshold",
      });
    }
  });

  it("allows only the services that send dead letters to it", () => {
    expect(policyOf("orders-relay-dlq")).toMatchObject({ Statement: [tlsOnly("orders-relay-dlq")] });
    expect(policyOf("orders-fulfilment-dlq")).toMatchObject({ Statement: [tlsOnly("orders-fulfilment-dlq")] });
    expect(policyOf("orders-placed-dlq")).toMatchObject({
      Statement: [tlsOnly("orders-placed-dlq"), allowsRule("orders-placed-dlq")],
    });
  });

  it("is the dead-letter queue of its own source queue only", () => {
    const { inputs } = resource(graph, "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "orders-fulfilment");
    expect(inputs["queueUrl"]).toBe(queueUrl("orders-fulfilment-dlq"));
    expect(JSON.parse(String(inputs["redriveAllowPolicy"]))).toEqual({
      redrivePermission: "byQueue",
      sourceQueueArns: [queueArn("orders-fulfilment")],
    });
  });
});

describe("the alarm topic", () => {
  it("is encrypted with the stack's key and lets CloudWatch publish for this account only", () => {
    const topic = resource(graph, "aws:sns/topic:Topic", "orders-alarms");
    expect(topic.inputs).toEqual({ kmsMasterKeyId: arn("aws:kms/key:Key", "orders-key"), signatureVersion: 2 });
    const policy = resource(graph, "aws:sns/topicPolicy:TopicPolicy", "orders-alarms").inputs["policy"];
    expect(JSON.parse(String(policy))).toMatchObject({
      Statement: [
        { Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } },
        {
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: "sns:Publish",
          Condition: { StringEquals: { "aws:SourceAccount": "000000000000" } },
        },
      ],
    });
  });

  it("has no subscriber as long as neither an address nor Slack is set", () => {
    const topic = arn("aws:sns/topic:Topic", "orders-alarms");
    const subscribed = graph.resources.filter(({ type }) => type === "aws:sns/topicSubscription:TopicSubscription");
    expect(subscribed.map(({ inputs }) => inputs["topic"])).not.toContain(topic);
  });
});
