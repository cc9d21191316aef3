import { beforeAll, describe, expect, it } from "vitest";
import { resource } from "../../support/stack-graph";
import { photoGraph, readerOf } from "./photo-graph";

type Graph = Awaited<ReturnType<typeof photoGraph>>;

let graph: Graph;
let declared: ReturnType<typeof readerOf>;

beforeAll(async () => {
  graph = await photoGraph();
  declared = readerOf(graph);
});

const archive = (name: string) => resource(graph, "aws:cloudwatch/eventArchive:EventArchive", name).inputs;

describe("an event bus", () => {
  it("keeps what it carried for the given days, and for 30 when none are given", () => {
    expect(archive("changes")).toEqual({
      eventSourceArn: declared.arn("bus", "changes"),
      retentionDays: 7,
      kmsKeyIdentifier: declared.arn("key", "own"),
    });
    expect(archive("plain-changes")).toEqual({
      eventSourceArn: declared.arn("bus", "plain-changes"),
      retentionDays: 30,
    });
  });

  it("is encrypted by AWS unless a key is given", () => {
    expect(declared.inputs("bus", "plain-changes")).toEqual({});
    expect(declared.inputs("bus", "changes")).toMatchObject({ kmsKeyIdentifier: declared.arn("key", "own") });
    expect(declared.has("queue", "plain-changes-dlq")).toBe(false);
  });
});

describe("an event bus with a key", () => {
  it("keeps what it could not encrypt in a queue that does without that key", () => {
    expect(declared.inputs("bus", "changes")["deadLetterConfig"]).toEqual({
      arn: declared.arn("queue", "changes-dlq"),
    });
    expect(declared.inputs("queue", "changes-dlq")).toEqual({
      messageRetentionSeconds: 1_209_600,
      maxMessageSize: 1_048_576,
      sqsManagedSseEnabled: true,
    });
    expect(declared.statements("queuePolicy", "changes-dlq").slice(1)).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: declared.arn("queue", "changes-dlq"),
        Condition: { ArnEquals: { "aws:SourceArn": declared.arn("bus", "changes") } },
      },
    ]);
    expect(declared.inputs("alarm", "changes-dlq-not-empty")).toMatchObject({ threshold: 0 });
  });
});

describe("a rule", () => {
  it("sets off an alarm for events that even its dead-letter queue did not get, by bus and rule", () => {
    expect(declared.inputs("alarm", "photo-added-loses-events")).toMatchObject({
      namespace: "AWS/Events",
      metricName: "InvocationsFailedToBeSentToDlq",
      dimensions: {
        EventBusName: declared.nameOf("bus", "changes"),
        RuleName: declared.nameOf("rule", "photo-added"),
      },
      statistic: "Sum",
      threshold: 0,
    });
  });

  it("delivers to its queue once the queue's policy allows it, for 24 hours, then to its own dead-letter queue", () => {
    const target = declared.node("target", "photo-added");
    expect(target.inputs).toEqual({
      eventBusName: declared.nameOf("bus", "changes"),
      rule: declared.nameOf("rule", "photo-added"),
      arn: declared.arn("queue", "photos"),
      retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
      deadLetterConfig: { arn: declared.arn("queue", "photo-added-dlq") },
    });
    expect(target.dependencies).toContain(declared.node("queuePolicy", "photos").urn);
    expect(target.dependencies).toContain(declared.node("queuePolicy", "photo-added-dlq").urn);
  });

  it("alone may put events into that dead-letter queue", () => {
    expect(declared.statements("queuePolicy", "photo-added-dlq").slice(1)).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: declared.arn("queue", "photo-added-dlq"),
        Condition: { ArnEquals: { "aws:SourceArn": declared.arn("rule", "photo-added") } },
      },
    ]);
  });
});
