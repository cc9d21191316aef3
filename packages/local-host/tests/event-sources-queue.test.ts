import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { queueArn, startMappings } from "./event-sources-fixture";
import {
  consumer,
  fixture,
  handled,
  happened,
  mapping,
  newQueue,
  queue,
  received,
} from "./event-sources-queue-fixture";
import { until } from "./lambda-fixture";

beforeEach(newQueue);

describe("a mapping from a queue", () => {
  it("works at once on what an earlier run of the host had received and not finished", async () => {
    consumer("return null");
    mapping();
    queue.send("unfinished");
    const { signal } = new AbortController();
    expect(await queue.receive(undefined, queueArn, { max: 1, signal })).toHaveLength(1);
    queue.principals.length = 0;
    await startMappings(fixture, { queues: queue });
    await until(() => queue.deleted.length === 1, "the message is deleted");
    expect(received().map(({ Records }) => Records.map(({ body }) => body))).toEqual([["unfinished"]]);
  });

  it("hands over messages in AWS's shape and deletes them after success", async () => {
    consumer("return null");
    mapping();
    queue.send("hello", {
      messageAttributes: { kind: { dataType: "String", stringValue: "photo" } },
      md5OfMessageAttributes: "00ff",
    });
    await startMappings(fixture, { queues: queue });
    await until(() => queue.deleted.length === 1, "the message is deleted");
    expect(received()).toEqual([
      {
        Records: [
          {
            messageId: "message-1",
            receiptHandle: "handle-1",
            body: "hello",
            attributes: { ApproximateReceiveCount: "1", SentTimestamp: "1545082649183" },
            messageAttributes: {
              kind: { stringValue: "photo", stringListValues: [], binaryListValues: [], dataType: "String" },
            },
            md5OfMessageAttributes: "00ff",
            md5OfBody: "d41d8",
            eventSource: "aws:sqs",
            eventSourceARN: queueArn,
            awsRegion: "us-east-1",
          },
        ],
      },
    ]);
    expect(queue.principals[0]).toEqual({
      kind: "role",
      roleArn: "arn:aws:iam::000000000000:role/work",
      actor: "work",
    });
  });

  it("takes at most its batch size at a time", async () => {
    consumer("return null");
    mapping({ batchSize: 2 });
    for (const body of ["a", "b", "c"]) queue.send(body);
    await startMappings(fixture, { queues: queue });
    await until(() => queue.deleted.length === 3, "all are deleted");
    expect(
      received()
        .map(({ Records }) => Records.length)
        .sort(),
    ).toEqual([1, 2]);
  });

  it("gathers messages until its window is over or the batch is full", async () => {
    consumer("return null");
    mapping({ batchSize: 12, maximumBatchingWindowInSeconds: 300 });
    await startMappings(fixture, { queues: queue });
    for (let n = 0; n < 12; n += 1) queue.send(String(n));
    await until(() => queue.deleted.length === 12, "the full batch is deleted");
    expect(received().map(({ Records }) => Records.length)).toEqual([12]);
  });

  it("deletes what its filter does not match, without an invocation", async () => {
    consumer("return null");
    mapping({ filterCriteria: { filters: [{ pattern: '{"body":{"type":["photo"]}}' }] } });
    queue.send('{"type":"photo"}');
    queue.send('{"type":"return"}');
    queue.send("plain text");
    await startMappings(fixture, { queues: queue });
    await until(() => queue.deleted.length === 3, "all are deleted");
    await handled();
    expect(received().map(({ Records }) => Records.map((record) => record["body"]))).toEqual([['{"type":"photo"}']]);
    expect(happened("filtered out")[0]?.detail).toMatchObject({ messageIds: ["message-2", "message-3"] });
  });

  it("leaves a throttled batch to its visibility timeout, then takes it again", async () => {
    consumer("return null", { reservedConcurrentExecutions: 0 });
    mapping();
    queue.send("a");
    await startMappings(fixture, { queues: queue });
    await until(() => happened("batch not taken").length === 1, "the batch is throttled");
    expect(queue.deleted).toEqual([]);
    expect(queue.hidden.size).toBe(1);
    queue.showReceived();
    await until(() => happened("batch not taken").length === 2, "it is tried again");
    expect(received()).toEqual([]);
  });

  it("works on no more batches at a time than its maximum concurrency", async () => {
    const gate = join(fixture.folder, "gate");
    consumer(
      `while (!require("node:fs").existsSync(${JSON.stringify(gate)})) await new Promise((r) => setTimeout(r, 2));`,
    );
    mapping({ batchSize: 1, scalingConfig: { maximumConcurrency: 2 } });
    for (let n = 0; n < 5; n += 1) queue.send(String(n));
    await startMappings(fixture, { queues: queue });
    await until(() => received().length === 2, "two batches are at work");
    expect(queue.hidden.size).toBe(2);
    expect(queue.visible.length).toBe(3);
    writeFileSync(gate, "");
    await until(() => queue.deleted.length === 5, "all are deleted");
    expect(Math.max(...fixture.valuesOf("ConcurrentExecutions"))).toBe(2);
  });

  it("goes on after the queue could not be reached", async () => {
    consumer("return null");
    mapping();
    const receive = queue.receive.bind(queue);
    let failures = 2;
    queue.receive = (...options) => {
      failures -= 1;
      return failures >= 0 ? Promise.reject(new Error("AccessDenied")) : receive(...options);
    };
    queue.send("a");
    await startMappings(fixture, { queues: queue });
    await until(() => queue.deleted.length === 1, "the message is deleted");
    expect(happened("receive failed")).toHaveLength(2);
  });

  it("rests while it is not enabled", async () => {
    consumer("return null");
    mapping({ enabled: false });
    queue.send("a");
    await startMappings(fixture, { queues: queue });
    expect(queue.receives).toBe(0);
  });

  it("ends the batches at work before it stops", async () => {
    const gate = join(fixture.folder, "gate");
    consumer(
      `while (!require("node:fs").existsSync(${JSON.stringify(gate)})) await new Promise((r) => setTimeout(r, 2));`,
    );
    mapping();
    queue.send("a");
    const host = await startMappings(fixture, { queues: queue });
    await until(() => received().length === 1, "the batch is at work");
    const stopped = host.stop();
    appendFileSync(gate, "");
    await stopped;
    expect(queue.deleted).toEqual(["message-1"]);
  });
});
