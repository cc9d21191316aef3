import { beforeEach, describe, expect, it } from "vitest";
import { allowEverything } from "../src/kernel/endpoint/access-control";
import { queueArn, startMappings } from "./event-sources-fixture";
import { consumer, fixture, mapping, newQueue, queue } from "./event-sources-queue-fixture";

beforeEach(newQueue);

describe("a mapping that AWS would refuse", () => {
  it.each([
    [{ batchSize: 11 }, /batchSize is 11 without maximumBatchingWindowInSeconds/],
    [{ scalingConfig: { maximumConcurrency: 1 } }, /scalingConfig.maximumConcurrency/],
    [{ bisectBatchOnFunctionError: true }, /does not support the property bisectBatchOnFunctionError/],
    [{ functionName: "other" }, /Function not found: .*:other/],
  ])("%o", async (inputs, message) => {
    consumer("");
    mapping(inputs);
    await expect(startMappings(fixture, { queues: queue })).rejects.toThrow(message);
  });

  it("has a queue whose visibility timeout is shorter than the function's timeout", async () => {
    consumer("", { timeout: 31 });
    fixture.resource("aws:sqs/queue:Queue", "work", queueArn, {}, { arn: queueArn });
    mapping();
    await expect(startMappings(fixture, { queues: queue })).rejects.toThrow(
      "the visibility timeout of work is 30 s, less than the 31 s that work may take",
    );
  });

  it("has a role that may not receive", async () => {
    consumer("");
    mapping();
    fixture.access = {
      ...allowEverything,
      check: ({ action }) => {
        if (action === "sqs:ReceiveMessage") throw new Error("AccessDenied");
      },
    };
    await expect(startMappings(fixture, { queues: queue })).rejects.toThrow(
      "the role of work must be allowed sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes",
    );
  });
});
