import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { programGraph } from "../../support/stack-graph";
import { photoGraph, readerOf } from "./photo-graph";

let declared: ReturnType<typeof readerOf>;

beforeAll(async () => {
  declared = readerOf(await photoGraph());
});

const allowed = (queue: string, service: string, sourceArn: unknown) => ({
  Effect: "Allow",
  Principal: { Service: service },
  Action: "sqs:SendMessage",
  Resource: declared.arn("queue", queue),
  Condition: { ArnEquals: { "aws:SourceArn": sourceArn } },
});

describe("a work queue", () => {
  it("hides a message for six times the timeout of its consumer, and is encrypted with the given key", () => {
    const { redrivePolicy, ...inputs } = declared.inputs("queue", "photos");
    expect(inputs).toEqual({
      visibilityTimeoutSeconds: 270,
      messageRetentionSeconds: 345_600,
      maxMessageSize: 1_048_576,
      kmsMasterKeyId: declared.arn("key", "own"),
      kmsDataKeyReusePeriodSeconds: 3_600,
    });
    expect(JSON.parse(String(redrivePolicy))).toEqual({
      deadLetterTargetArn: declared.arn("queue", "photos-dlq"),
      maxReceiveCount: 3,
    });
  });

  it("has one policy with everything that sends to it: a topic and rules of two buses", () => {
    expect(declared.statements("queuePolicy", "photos")).toEqual([
      expect.objectContaining({ Sid: "DenyInsecureTransport", Effect: "Deny", Action: "sqs:*" }),
      allowed("photos", "sns.amazonaws.com", declared.arn("topic", "uploads")),
      allowed("photos", "events.amazonaws.com", declared.arn("rule", "photo-added")),
      allowed("photos", "events.amazonaws.com", declared.arn("rule", "photo-moved")),
    ]);
  });

  it("allows only the topic to send to its dead-letter queue: a rule has one of its own", () => {
    expect(declared.statements("queuePolicy", "photos-dlq").slice(1)).toEqual([
      allowed("photos-dlq", "sns.amazonaws.com", declared.arn("topic", "uploads")),
    ]);
  });

  it("sets off an alarm with the given text for a dead letter, and after ten minutes of waiting", () => {
    expect(declared.inputs("alarm", "photos-dlq-not-empty")).toMatchObject({
      alarmDescription: "A photo was not resized.",
      threshold: 0,
    });
    expect(declared.inputs("alarm", "photos-waits")).toMatchObject({ threshold: 600, period: 60 });
  });
});

describe("its consumer", () => {
  it("is a function that keeps as many invocations as its mapping makes, and reports what failed", () => {
    expect(declared.inputs("mapping", "photos")).toEqual({
      eventSourceArn: declared.arn("queue", "photos"),
      functionName: declared.nameOf("function", "resize-photo"),
      batchSize: 4,
      scalingConfig: { maximumConcurrency: 12 },
      functionResponseTypes: ["ReportBatchItemFailures"],
    });
    expect(declared.inputs("function", "resize-photo")).toMatchObject({
      timeout: 45,
      memorySize: 2_048,
      reservedConcurrentExecutions: 12,
      handler: "index.resizePhotoHandler",
    });
  });

  it("may receive from this queue without being granted it by name, and nothing else", () => {
    expect(declared.statements("rolePolicy", "resize-photo").slice(2)).toEqual([
      {
        Effect: "Allow",
        Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        Resource: [declared.arn("queue", "photos")],
      },
    ]);
  });

  it("keeps its log under the queue's key", () => {
    expect(declared.inputs("logGroup", "resize-photo")).toEqual({
      name: "/photo-album/test/resize-photo",
      retentionInDays: 30,
      kmsKeyId: declared.arn("key", "own"),
    });
  });
});

describe("a work queue whose consumer is another program's", () => {
  it("has the given visibility timeout, no function and no mapping", () => {
    expect(declared.inputs("queue", "printers")).toMatchObject({
      visibilityTimeoutSeconds: 900,
      sqsManagedSseEnabled: true,
    });
    expect(declared.inputs("queue", "printers")).not.toHaveProperty("kmsMasterKeyId");
    expect(declared.has("mapping", "printers")).toBe(false);
    expect(declared.inputs("alarm", "printers-waits")).toMatchObject({ threshold: 7_200 });
  });

  it("lets roles of the given account receive", () => {
    expect(declared.statements("queuePolicy", "printers").at(-1)).toEqual({
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::210987654321:root" },
      Action: [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:ChangeMessageVisibility",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
      ],
      Resource: declared.arn("queue", "printers"),
      Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::210987654321:role/*" } },
    });
  });
});

describe("a work queue that nothing consumes", () => {
  it("does not deploy: the error names it and both ways to give it a consumer", async () => {
    await expect(programGraph(join(__dirname, "forgotten-consumer.ts"))).rejects.toThrow(
      "The queue forgotten has no consumer: declare one with consumedBy, or give it a visibilityTimeout for a consumer outside of the program.",
    );
  });
});
