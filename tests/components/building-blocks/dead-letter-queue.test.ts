import { beforeAll, describe, expect, it } from "vitest";
import { photoGraph, readerOf } from "./photo-graph";

let declared: ReturnType<typeof readerOf>;

beforeAll(async () => {
  declared = readerOf(await photoGraph());
});

describe("a dead-letter queue", () => {
  it("keeps messages for 14 days, and allows only the services that are connected to it", () => {
    expect(declared.inputs("queue", "lost")).toEqual({
      messageRetentionSeconds: 1_209_600,
      maxMessageSize: 1_048_576,
      sqsManagedSseEnabled: true,
    });
    expect(declared.statements("queuePolicy", "lost")).toEqual([
      {
        Sid: "DenyInsecureTransport",
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: [declared.arn("queue", "lost")],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it("sets off an alarm for a single message", () => {
    expect(declared.inputs("alarm", "lost-not-empty")).toMatchObject({
      alarmDescription: "A photo was lost.",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: declared.nameOf("queue", "lost") },
      threshold: 0,
    });
  });
});
