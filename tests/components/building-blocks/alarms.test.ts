import { beforeAll, describe, expect, it } from "vitest";
import { photoGraph, readerOf } from "./photo-graph";

let declared: ReturnType<typeof readerOf>;

beforeAll(async () => {
  declared = readerOf(await photoGraph());
});

describe("alarms", () => {
  it("go to one topic under the given key, which CloudWatch may publish to for this account", () => {
    expect(declared.inputs("topic", "bells")).toMatchObject({ kmsMasterKeyId: declared.arn("key", "own") });
    expect(declared.statements("topicPolicy", "bells").slice(1)).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: declared.arn("topic", "bells"),
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      },
    ]);
  });

  it("are e-mailed to the given address, and to nobody without one", () => {
    expect(declared.inputs("subscription", "bells-email")).toEqual({
      topic: declared.arn("topic", "bells"),
      protocol: "email",
      endpoint: "album@example.com",
    });
    expect(declared.has("subscription", "silent-email")).toBe(false);
  });

  it("notify when they go off and when they are over; minutes without data are not breaching", () => {
    expect(declared.inputs("alarm", "plain-errors")).toEqual({
      alarmDescription: "plain failed more than 5 times in 5 minutes. Read its log group, newest errors first.",
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: declared.nameOf("function", "plain") },
      statistic: "Sum",
      comparisonOperator: "GreaterThanThreshold",
      threshold: 5,
      period: 300,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      alarmActions: [declared.arn("topic", "bells")],
      okActions: [declared.arn("topic", "bells")],
    });
  });
});
