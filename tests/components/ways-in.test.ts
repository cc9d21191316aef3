import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { beforeAll, describe, expect, it } from "vitest";
import { declaredBy, json, statementsOf } from "../support/declared-by";
import { resource, stackGraph } from "../support/stack-graph";
import { connected } from "./connected-stack";

let graph: ResourceGraph;
const declared = declaredBy(() => graph);
const { arn, queueArn, functionName, mapping, statements, queueStatements, lets } = declared;

beforeAll(async () => {
  graph = await stackGraph("dev", connected);
});

const topicArn = (): unknown => declared.topicArn("orders-intake");
const bucketArn = (): unknown => arn("aws:s3/bucket:Bucket", "orders-import");
const bucketName = (): unknown => resource(graph, "aws:s3/bucket:Bucket", "orders-import").outputs["bucket"];
const configuration = (kind: string) => resource(graph, `aws:s3/bucket${kind}:Bucket${kind}`, "orders-import").inputs;

describe("the intake topic", () => {
  it("is encrypted with the stack's key, allows roles of the named accounts, and refuses requests without TLS", () => {
    expect(resource(graph, "aws:sns/topic:Topic", "orders-intake").inputs).toEqual({
      kmsMasterKeyId: arn("aws:kms/key:Key", "orders-key"),
      signatureVersion: 2,
    });
    expect(statements("aws:sns/topicPolicy:TopicPolicy", "orders-intake")).toEqual([
      {
        Sid: "DenyInsecureTransport",
        Effect: "Deny",
        Principal: "*",
        Action: "sns:Publish",
        Resource: [topicArn()],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::444455556666:root" },
        Action: "sns:Publish",
        Resource: topicArn(),
        Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::444455556666:role/*" } },
      },
    ]);
  });

  it("lets the named accounts use the key through SNS, and no other account", async () => {
    const allowed = {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::444455556666:root" },
      Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
      Resource: "*",
      Condition: {
        StringEquals: { "kms:ViaService": "sns.eu-central-1.amazonaws.com" },
        ArnLike: { "aws:PrincipalArn": "arn:aws:iam::444455556666:role/*" },
      },
    };
    expect(statements("aws:kms/key:Key", "orders-key")).toContainEqual(allowed);
    const alone = await stackGraph("dev");
    expect(JSON.stringify(statementsOf(alone, "aws:kms/key:Key", "orders-key"))).not.toContain("444455556666");
    expect(statementsOf(alone, "aws:sns/topicPolicy:TopicPolicy", "orders-intake")).toHaveLength(1);
  });

  it("delivers to the inbox in SNS's envelope, and what it cannot deliver to the inbox's dead letters", () => {
    const { redrivePolicy, ...inputs } = resource(
      graph,
      "aws:sns/topicSubscription:TopicSubscription",
      "orders-inbox",
    ).inputs;
    expect(inputs).toEqual({
      topic: topicArn(),
      protocol: "sqs",
      endpoint: queueArn("orders-inbox"),
      rawMessageDelivery: false,
    });
    expect(json(redrivePolicy)).toEqual({ deadLetterTargetArn: queueArn("orders-inbox-dlq") });
    for (const queue of ["orders-inbox", "orders-inbox-dlq"]) {
      const fromTopic = { ArnEquals: { "aws:SourceArn": topicArn() } };
      expect(queueStatements(queue)).toMatchObject([{ Effect: "Deny" }, lets(queue, "sns.amazonaws.com", fromTopic)]);
    }
  });
});

describe("the inbox", () => {
  it("invokes import-orders with batches of ten, which reports what failed", () => {
    expect(mapping("orders-inbox")).toEqual({
      eventSourceArn: queueArn("orders-inbox"),
      functionName: functionName("orders-import-orders"),
      batchSize: 10,
      scalingConfig: { maximumConcurrency: 10 },
      functionResponseTypes: ["ReportBatchItemFailures"],
    });
    expect(resource(graph, "aws:sqs/queue:Queue", "orders-inbox").inputs).toMatchObject({
      visibilityTimeoutSeconds: 180,
    });
  });
});

describe("the import bucket", () => {
  it("has its accesses logged to another bucket where one is set, and else not", async () => {
    expect(configuration("Logging")).toEqual({
      bucket: bucketName(),
      targetBucket: "shop-access-logs",
      targetPrefix: `${String(bucketName())}/`,
    });
    const plain = await stackGraph("dev");
    expect(plain.resources.filter(({ type }) => type === "aws:s3/bucketLogging:BucketLogging")).toEqual([]);
  });

  it("is private, versioned, encrypted and refuses what does not come over TLS", () => {
    const bucket = bucketName();
    expect(configuration("PublicAccessBlock")).toEqual({
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(configuration("OwnershipControls")).toEqual({ bucket, rule: { objectOwnership: "BucketOwnerEnforced" } });
    expect(configuration("Versioning")).toEqual({ bucket, versioningConfiguration: { status: "Enabled" } });
    expect(configuration("ServerSideEncryptionConfiguration")).toEqual({
      bucket,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    expect(statements("aws:s3/bucketPolicy:BucketPolicy", "orders-import")).toEqual([
      {
        Sid: "DenyInsecureTransport",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucketArn(), `${String(bucketArn())}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it("is encrypted with the stack's key where the stack asks for one", async () => {
    const prod = await stackGraph("prod");
    const kind = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
    const kmsMasterKeyId = resource(prod, "aws:kms/key:Key", "orders-key").outputs["arn"];
    expect(resource(prod, kind, "orders-import").inputs["rules"]).toEqual([
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId }, bucketKeyEnabled: true },
    ]);
  });

  it("forgets files, earlier versions and what was left of uploads", () => {
    expect(configuration("LifecycleConfiguration")["rules"]).toEqual([
      { id: "files", status: "Enabled", filter: { prefix: "" }, expiration: { days: 90 } },
      { id: "progress", status: "Enabled", filter: { prefix: "progress/" }, expiration: { days: 30 } },
      {
        id: "earlier-versions",
        status: "Enabled",
        filter: { prefix: "" },
        noncurrentVersionExpiration: { noncurrentDays: 30 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      },
    ]);
  });

  it("notifies its queue of uploads to incoming/ only, not of its own reports", () => {
    expect(configuration("Notification")).toEqual({
      bucket: bucketName(),
      queues: [{ queueArn: queueArn("orders-files"), events: ["s3:ObjectCreated:*"], filterPrefix: "incoming/" }],
    });
  });

  it("may send to that queue from this account only", () => {
    expect(queueStatements("orders-files")).toMatchObject([
      { Effect: "Deny" },
      lets("orders-files", "s3.amazonaws.com", {
        ArnEquals: { "aws:SourceArn": bucketArn() },
        StringEquals: { "aws:SourceAccount": "000000000000" },
      }),
    ]);
    expect(queueStatements("orders-files-dlq")).toHaveLength(1);
  });
});

describe("the file queue", () => {
  it("gives one file at a time to import-file, for up to its timeout, in up to ten invocations", () => {
    expect(mapping("orders-files")).toEqual({
      eventSourceArn: queueArn("orders-files"),
      functionName: functionName("orders-import-file"),
      batchSize: 1,
      scalingConfig: { maximumConcurrency: 5 },
      functionResponseTypes: ["ReportBatchItemFailures"],
    });
    const { visibilityTimeoutSeconds, redrivePolicy } = resource(graph, "aws:sqs/queue:Queue", "orders-files").inputs;
    expect(visibilityTimeoutSeconds).toBe(1_800);
    expect(json(redrivePolicy)).toEqual({ deadLetterTargetArn: queueArn("orders-files-dlq"), maxReceiveCount: 10 });
    expect(resource(graph, "aws:lambda/function:Function", "orders-import-file").inputs["timeout"]).toBe(300);
  });

  it("declares an alarm for a file that was refused", () => {
    expect(resource(graph, "aws:cloudwatch/metricAlarm:MetricAlarm", "orders-files-refused").inputs).toMatchObject({
      namespace: "OrderPipeline",
      metricName: "FilesRefused",
      dimensions: { Stack: "order-pipeline-dev" },
      statistic: "Sum",
      threshold: 0,
      period: 60,
    });
  });
});

describe("the producer", () => {
  const schedule = (of: ResourceGraph) =>
    resource(of, "aws:scheduler/schedule:Schedule", "orders-publish-schedule").inputs;

  it("publishes on the set schedule, as often as is set", () => {
    expect(schedule(graph)).toMatchObject({
      scheduleExpression: "rate(5 minutes)",
      state: "ENABLED",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: arn("aws:lambda/function:Function", "orders-publish-order"),
        roleArn: arn("aws:iam/role:Role", "orders-publish-schedule"),
        input: '{"orders":10}',
        retryPolicy: { maximumRetryAttempts: 0 },
        deadLetterConfig: { arn: queueArn("orders-publish-schedule-dlq") },
      },
    });
  });

  it("publishes nothing by itself unless a schedule is set", async () => {
    expect(schedule(await stackGraph("dev"))).toMatchObject({ state: "DISABLED" });
  });
});

describe("the stack's outputs", () => {
  it("name every way in", () => {
    const url = (name: string): unknown => resource(graph, "aws:sqs/queue:Queue", name).outputs["url"];
    expect(graph.outputs).toMatchObject({
      import_bucket: bucketName(),
      inbox_dlq_url: url("orders-inbox-dlq"),
      inbox_queue_url: url("orders-inbox"),
      intake_topic_arn: topicArn(),
    });
  });
});
