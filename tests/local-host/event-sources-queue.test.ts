import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { QueueFake, queueArn, startMappings } from "./event-sources-fixture";
import { functionArn, LambdaFixture, until } from "./lambda-fixture";

let fixture: LambdaFixture;
let queue: QueueFake;
beforeEach(() => {
  fixture = new LambdaFixture();
  queue = new QueueFake();
});
afterEach(() => fixture.dispose());

const eventsFile = () => join(fixture.folder, "events");
/** The events that the function got, in order. */
const received = (): { Records: Record<string, unknown>[] }[] =>
  existsSync(eventsFile())
    ? readFileSync(eventsFile(), "utf8")
        .trim()
        .split("\n")
        .map((line): { Records: Record<string, unknown>[] } => JSON.parse(line))
    : [];
const consumer = (answer: string, inputs: Readonly<Record<string, unknown>> = {}) =>
  fixture.function(
    "work",
    `const { appendFileSync } = require("node:fs");
     exports.handler = async (event) => {
       appendFileSync(process.env.EVENTS, JSON.stringify(event) + "\\n");
       ${answer}
     };`,
    { environment: { variables: { EVENTS: eventsFile() } }, ...inputs },
  );
const mapping = (inputs: Readonly<Record<string, unknown>> = {}) =>
  fixture.resource("aws:lambda/eventSourceMapping:EventSourceMapping", "mapping", "uuid-1", {
    eventSourceArn: queueArn,
    functionName: functionArn("work"),
    ...inputs,
  });
const reporting = { functionResponseTypes: ["ReportBatchItemFailures"] };
const happened = (what: string) => fixture.happened.filter((event) => event.what === what);
const handled = (times = 1) => until(() => happened("invoked").length === times, `${times} batches are handled`);

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
      messageAttributes: { kind: { dataType: "String", stringValue: "order" } },
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
              kind: { stringValue: "order", stringListValues: [], binaryListValues: [], dataType: "String" },
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

  it("leaves every message of a failed batch in the queue", async () => {
    consumer("throw new Error('no')");
    mapping(reporting);
    queue.send("a");
    queue.send("b");
    await startMappings(fixture, { queues: queue });
    await until(() => happened("batch returned to queue").length === 1, "the batch has failed");
    expect(queue.deleted).toEqual([]);
    expect(queue.hidden.size).toBe(2);
  });

  it("returns only the messages that the function reports", async () => {
    consumer("return { batchItemFailures: [{ itemIdentifier: event.Records[1].messageId }] }");
    mapping(reporting);
    for (const body of ["a", "b", "c"]) queue.send(body);
    await startMappings(fixture, { queues: queue });
    await until(() => queue.deleted.length === 2, "two are deleted");
    expect(queue.deleted).toEqual(["message-1", "message-3"]);
    expect([...queue.hidden.keys()]).toEqual(["handle-2"]);
  });

  it("deletes all, reported failures too, when the mapping does not ask for reports", async () => {
    consumer("return { batchItemFailures: [{ itemIdentifier: event.Records[0].messageId }] }");
    mapping();
    queue.send("a");
    await startMappings(fixture, { queues: queue });
    await until(() => queue.deleted.length === 1, "the message is deleted");
  });

  it.each(["null", "{}", "{ batchItemFailures: null }", "{ batchItemFailures: [] }", "undefined"])(
    "takes the answer %s as success",
    async (answer) => {
      consumer(`return ${answer}`);
      mapping(reporting);
      queue.send("a");
      await startMappings(fixture, { queues: queue });
      await until(() => queue.deleted.length === 1, "the message is deleted");
    },
  );

  it.each([
    "{ batchItemFailures: [{ itemIdentifier: 'not-in-batch' }] }",
    "{ batchItemFailures: [{ itemIdentifier: '' }] }",
    "{ batchItemFailures: [{ itemIdentifier: null }] }",
    "{ batchItemFailures: [{ id: 'message-1' }] }",
    "{ batchItemFailures: {} }",
    "'done'",
  ])("takes the answer %s as failure of the whole batch", async (answer) => {
    consumer(`return ${answer}`);
    mapping(reporting);
    queue.send("a");
    queue.send("b");
    await startMappings(fixture, { queues: queue });
    await until(() => happened("batch response malformed").length === 1, "the answer is refused");
    expect(queue.deleted).toEqual([]);
    expect(queue.hidden.size).toBe(2);
  });

  it("deletes what its filter does not match, without an invocation", async () => {
    consumer("return null");
    mapping({ filterCriteria: { filters: [{ pattern: '{"body":{"type":["order"]}}' }] } });
    queue.send('{"type":"order"}');
    queue.send('{"type":"return"}');
    queue.send("plain text");
    await startMappings(fixture, { queues: queue });
    await until(() => queue.deleted.length === 3, "all are deleted");
    await handled();
    expect(received().map(({ Records }) => Records.map((record) => record["body"]))).toEqual([['{"type":"order"}']]);
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
      check: ({ action }) => {
        if (action === "sqs:ReceiveMessage") throw new Error("AccessDenied");
      },
    };
    await expect(startMappings(fixture, { queues: queue })).rejects.toThrow(
      "the role of work must be allowed sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes",
    );
  });
});
