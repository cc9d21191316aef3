import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { beforeAll, describe, expect, it } from "vitest";
import { resource } from "../../support/stack-graph";
import { photoGraph, readerOf } from "./photo-graph";

let graph: ResourceGraph;
let declared: ReturnType<typeof readerOf>;

beforeAll(async () => {
  graph = await photoGraph();
  declared = readerOf(graph);
});

describe("a schedule", () => {
  it("invokes its function at the given times with the given input, and dead-letters a call that could not be made", () => {
    expect(resource(graph, "aws:scheduler/schedule:Schedule", "nightly").inputs).toEqual({
      scheduleExpression: "cron(0 3 * * ? *)",
      state: "ENABLED",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: declared.arn("function", "plain"),
        roleArn: declared.arn("role", "nightly"),
        input: '{"album":"all"}',
        retryPolicy: { maximumRetryAttempts: 0 },
        deadLetterConfig: { arn: declared.arn("queue", "nightly-dlq") },
      },
    });
  });

  it("may call that function, put a call into that queue, and nothing else", () => {
    expect(declared.statements("rolePolicy", "nightly")).toEqual([
      { Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: [declared.arn("function", "plain")] },
      { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [declared.arn("queue", "nightly-dlq")] },
    ]);
  });
});
