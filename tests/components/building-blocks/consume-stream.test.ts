import { beforeAll, describe, expect, it } from "vitest";
import { photoGraph, readerOf } from "./photo-graph";

let declared: ReturnType<typeof readerOf>;

beforeAll(async () => {
  declared = readerOf(await photoGraph());
});

const streamArn = (): unknown => declared.node("table", "albums").outputs["streamArn"];

describe("the consumer of a stream", () => {
  it("has a mapping that isolates a record that keeps failing, and gives up on it in the end", () => {
    expect(declared.inputs("mapping", "album-changes")).toEqual({
      eventSourceArn: streamArn(),
      functionName: declared.nameOf("function", "index-album"),
      startingPosition: "TRIM_HORIZON",
      batchSize: 10,
      parallelizationFactor: 1,
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 10,
      functionResponseTypes: ["ReportBatchItemFailures"],
      destinationConfig: { onFailure: { destinationArn: declared.arn("queue", "album-changes-dlq") } },
    });
  });

  it("may read the stream and put what failed into its dead-letter queue", () => {
    expect(declared.statements("rolePolicy", "index-album")).toContainEqual({
      Effect: "Allow",
      Action: ["sqs:SendMessage"],
      Resource: [declared.arn("queue", "album-changes-dlq")],
    });
    expect(declared.statements("rolePolicy", "index-album").slice(2, 4)).toEqual([
      {
        Effect: "Allow",
        Action: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
        Resource: [streamArn()],
      },
      { Effect: "Allow", Action: ["dynamodb:ListStreams"], Resource: ["*"] },
    ]);
  });

  it("sets off alarms with the given texts", () => {
    expect(declared.inputs("alarm", "album-changes-behind")).toMatchObject({
      alarmDescription: "The index is behind.",
      metricName: "IteratorAge",
      threshold: 60_000,
    });
    expect(declared.inputs("alarm", "album-changes-dlq-not-empty")).toMatchObject({
      alarmDescription: "An album was not indexed.",
    });
  });

  it("is declared where the caller says, the function beside its mapping", () => {
    const bus = "order-pipeline:index:EventBus::changes";
    for (const { parent } of [declared.node("function", "index-album"), declared.node("mapping", "album-changes")]) {
      expect(parent).toContain("order-pipeline:index:EventBus$");
    }
    expect(declared.node("queue", "album-changes-dlq").urn).toContain("order-pipeline:index:EventBus$");
    expect(declared.node("bus", "changes").parent).toContain(bus);
  });
});
