import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ThrottledInvocation } from "../../local/lambda/throttled-invocation";
import { StreamFake, startMappings, streamArn } from "./event-sources-fixture";
import { functionArn, json, LambdaFixture, until } from "./lambda-fixture";

const deadLetters = "arn:aws:sqs:us-east-1:000000000000:stream-dead";
const bucket = "arn:aws:s3:::stream-dead";

let fixture: LambdaFixture;
let stream: StreamFake;
beforeEach(() => {
  fixture = new LambdaFixture();
  stream = new StreamFake();
});
afterEach(() => fixture.dispose());

const seenFile = () => join(fixture.folder, "seen");
/** The keys of each batch that the function got, in order. */
const batches = (): string[] => (existsSync(seenFile()) ? readFileSync(seenFile(), "utf8").trim().split("\n") : []);
const consumer = (answer: string, inputs: Readonly<Record<string, unknown>> = {}) =>
  fixture.function(
    "relay",
    `const { appendFileSync, existsSync } = require("node:fs");
     let batchCount = 0;
     exports.handler = async ({ Records }) => {
       const keys = Records.map((record) => record.dynamodb.Keys.order_id.S);
       appendFileSync(${JSON.stringify(seenFile())}, keys.join(",") + "\\n");
       const failures = (key) => ({ batchItemFailures: Records
         .filter((record) => record.dynamodb.Keys.order_id.S === key)
         .map((record) => ({ itemIdentifier: record.dynamodb.SequenceNumber })) });
       ${answer}
     };`,
    inputs,
  );
const mapping = (inputs: Readonly<Record<string, unknown>> = {}) =>
  fixture.resource("aws:lambda/eventSourceMapping:EventSourceMapping", "mapping", "uuid-1", {
    eventSourceArn: streamArn,
    functionName: functionArn("relay"),
    startingPosition: "TRIM_HORIZON",
    ...inputs,
  });
const reporting = { functionResponseTypes: ["ReportBatchItemFailures"] };
const start = () => startMappings(fixture, { tableStreams: stream });
const checkpoint = (): unknown => {
  const file = join(fixture.context.dataDir, "event-sources", "uuid-1.json");
  return existsSync(file) ? json(readFileSync(file, "utf8"))["after"] : undefined;
};
const write = (...keys: string[]): string[] => keys.map((key) => stream.write(key));
const poison = "if (keys.includes('poison')) throw new Error('cannot')";

describe("a mapping from a table's stream", () => {
  it("hands over the records as they are, in order, and keeps its place", async () => {
    fixture.function("relay", "exports.handler = async (event) => { console.log(JSON.stringify(event)) }");
    mapping();
    const [, last] = write("a", "b");
    await start();
    await until(() => checkpoint() === last, "the checkpoint is written");
    const line = fixture.log.find((entry) => entry.line.includes("INFO"))?.line ?? "";
    expect(JSON.parse(line.slice(line.indexOf("{")))).toEqual({ Records: stream.records });
  });

  it("begins with what is written from now on when its position is LATEST", async () => {
    consumer("");
    mapping({ startingPosition: "LATEST" });
    write("before");
    await start();
    write("after");
    await until(() => batches().length === 1, "a batch is handled");
    expect(batches()).toEqual(["after"]);
  });

  it("goes on behind its checkpoint after a restart", async () => {
    consumer("");
    mapping();
    const [first] = write("a");
    const host = await start();
    await until(() => checkpoint() === first, "the checkpoint is written");
    await host.stop();
    write("b");
    await start();
    await until(() => batches().length === 2, "the second batch is handled");
    expect(batches()).toEqual(["a", "b"]);
    expect(stream.opened).toEqual(["TRIM_HORIZON", { after: first }]);
  });

  it("reads a stream from its beginning when its checkpoint lies beyond the end", async () => {
    consumer("");
    mapping();
    write("a", "b", "c");
    const host = await start();
    await until(() => checkpoint() === "1002", "the checkpoint is written");
    await host.stop();
    stream = new StreamFake();
    write("new");
    await start();
    await until(() => batches().length === 2, "the new stream is read");
    expect(batches()).toEqual(["a,b,c", "new"]);
  });

  it("after a start with LATEST and no record yet, misses nothing that was written since", async () => {
    consumer("");
    mapping({ startingPosition: "LATEST" });
    stream.write("long ago", 1000);
    const host = await start();
    await host.stop();
    write("since");
    await start();
    await until(() => batches().length === 1, "a batch is handled");
    expect(batches()).toEqual(["since"]);
  });

  it("lets a poison record block what follows while retries are left", async () => {
    consumer(poison);
    mapping({ batchSize: 1 });
    write("poison", "next");
    await start();
    await until(() => batches().length >= 4, "it is tried again and again");
    expect(new Set(batches())).toEqual(new Set(["poison"]));
    expect(checkpoint()).toBeUndefined();
  });

  it("gives a batch up after its retries and sends where it was to a queue", async () => {
    consumer(poison);
    mapping({
      batchSize: 2,
      maximumRetryAttempts: 2,
      destinationConfig: { onFailure: { destinationArn: deadLetters } },
    });
    stream.write("poison", 1_573_690_429);
    stream.write("with it", 1_573_690_429);
    write("next");
    await start();
    await until(() => checkpoint() === "1002", "the stream is worked through");
    expect(batches()).toEqual(["poison,with it", "poison,with it", "poison,with it", "next"]);
    expect(fixture.sent).toHaveLength(1);
    const [sent] = fixture.sent;
    expect(sent).toMatchObject({
      call: "sendMessage",
      target: deadLetters,
      principal: { kind: "role", roleArn: "arn:aws:iam::000000000000:role/relay", actor: "relay" },
    });
    expect(fixture.sentBody()).toEqual({
      requestContext: {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        functionArn: functionArn("relay"),
        condition: "RetryAttemptsExhausted",
        approximateInvokeCount: 3,
      },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      version: "1.0",
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      DDBStreamBatchInfo: {
        shardId: "shardId-1",
        startSequenceNumber: "1000",
        endSequenceNumber: "1001",
        approximateArrivalOfFirstRecord: "2019-11-14T00:13:49Z",
        approximateArrivalOfLastRecord: "2019-11-14T00:13:49Z",
        batchSize: 2,
        streamArn,
      },
    });
  });

  it("sends the records themselves to a bucket", async () => {
    consumer(poison);
    mapping({ maximumRetryAttempts: 0, destinationConfig: { onFailure: { destinationArn: bucket } } });
    write("poison");
    await start();
    await until(() => fixture.sent.length === 1, "the object is put");
    const [key, body] = [fixture.sent[0]?.content].flat().map(String);
    expect(key).toMatch(
      /^aws\/lambda\/uuid-1\/shardId-1\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/,
    );
    expect(json(String(json(String(body))["payload"]))).toEqual({ Records: stream.records });
  });

  it("narrows a failing batch down to its poison record by bisecting, without using up retries", async () => {
    consumer(poison);
    mapping({
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 1,
      destinationConfig: { onFailure: { destinationArn: deadLetters } },
    });
    write("a", "b", "poison", "d");
    await start();
    await until(() => checkpoint() === "1003", "the stream is worked through");
    expect(batches()).toEqual(["a,b,poison,d", "a,b", "poison,d", "poison", "poison", "d"]);
    expect(fixture.sentBody()).toMatchObject({ DDBStreamBatchInfo: { startSequenceNumber: "1002", batchSize: 1 } });
    expect(fixture.sent).toHaveLength(1);
  });

  it("goes on from the lowest record that the function reports", async () => {
    consumer(
      "return keys.length === 4 ? { batchItemFailures: [...failures('d').batchItemFailures, ...failures('b').batchItemFailures] } : null",
    );
    mapping(reporting);
    write("a", "b", "c", "d");
    await start();
    await until(() => checkpoint() === "1003", "the stream is worked through");
    expect(batches()).toEqual(["a,b,c,d", "b,c,d"]);
  });

  it("isolates a reported poison record when it bisects as well", async () => {
    consumer("return failures('poison')");
    mapping({ ...reporting, bisectBatchOnFunctionError: true, maximumRetryAttempts: 1 });
    write("a", "poison", "c", "d");
    await start();
    await until(() => checkpoint() === "1003", "the stream is worked through");
    expect(batches()).toEqual(["a,poison,c,d", "poison,c,d", "poison,c", "poison", "poison", "c", "d"]);
    expect(fixture.happened.filter(({ what }) => what === "stream records dropped")).toMatchObject([
      { level: "error", detail: { sequenceNumbers: ["1001"], condition: "RetryAttemptsExhausted" } },
    ]);
  });

  it("fails the whole batch when the report names a record that is not in it", async () => {
    consumer("return { batchItemFailures: [{ itemIdentifier: '42' }] }");
    mapping({ ...reporting, maximumRetryAttempts: 1 });
    write("a", "b");
    await start();
    await until(() => checkpoint() === "1001", "the batch is given up");
    expect(batches()).toEqual(["a,b", "a,b"]);
  });

  it("does not try records that are too old, and says so to the destination", async () => {
    consumer("");
    mapping({ maximumRecordAgeInSeconds: 60, destinationConfig: { onFailure: { destinationArn: deadLetters } } });
    stream.write("old", Math.floor(Date.now() / 1000) - 100);
    write("new");
    await start();
    await until(() => checkpoint() === "1001", "the stream is worked through");
    expect(batches()).toEqual(["new"]);
    const record = fixture.sentBody();
    expect(record).toMatchObject({ requestContext: { condition: "RecordAgeExceeded", approximateInvokeCount: 0 } });
    expect(record).not.toHaveProperty("responseContext");
  });

  it("passes over what its filter does not match; numbers are strings to it", async () => {
    consumer("");
    mapping({
      filterCriteria: {
        filters: [
          { pattern: '{"dynamodb":{"Keys":{"order_id":{"S":["wanted"]}}}}' },
          { pattern: '{"dynamodb":{"NewImage":{"amount":{"N":[5]}}}}' },
        ],
      },
    });
    write("other", "wanted", "another");
    await start();
    await until(() => checkpoint() === "1002", "the stream is worked through");
    expect(batches()).toEqual(["wanted"]);
  });

  it("is not stopped by a throttle, and counts it as no retry", async () => {
    consumer("", { reservedConcurrentExecutions: 0 });
    mapping({ maximumRetryAttempts: 0, bisectBatchOnFunctionError: true });
    write("a", "b");
    await start();
    await until(() => fixture.happened.filter(({ what }) => what === "throttled").length >= 3, "it is tried again");
    expect(checkpoint()).toBeUndefined();
    expect(fixture.happened.filter(({ what }) => what === "stream records dropped")).toEqual([]);
  });

  it("has all its retries left after a throttle", async () => {
    consumer("if (batchCount++ === 0) throw new Error('once')");
    mapping({ maximumRetryAttempts: 1 });
    write("a");
    const lambda = await fixture.start();
    let throttles = 3;
    const target = lambda.functionAt("relay");
    await startMappings(
      fixture,
      { tableStreams: stream },
      {
        functionAt: () => ({
          definition: target.definition,
          invoke: (payload) => {
            throttles -= 1;
            return throttles >= 0 ? Promise.reject(new ThrottledInvocation()) : target.invoke(payload);
          },
        }),
      },
    );
    await until(() => checkpoint() === "1000", "the record is done");
    expect(batches()).toEqual(["a", "a"]);
    expect(fixture.happened.filter(({ what }) => what === "stream records dropped")).toEqual([]);
  });

  it("works on several items at the same time, and on each in order, with a parallelization factor", async () => {
    const gate = join(fixture.folder, "gate");
    consumer(
      `if (keys[0] === "slow") while (!existsSync(${JSON.stringify(gate)})) await new Promise((r) => setTimeout(r, 2));`,
      { timeout: 30 },
    );
    mapping({ parallelizationFactor: 10, batchSize: 1 });
    const [slow] = write("slow", "a", "slow", "b", "c", "d", "e", "f");
    await start();
    await until(() => batches().length >= 5, "other items are handled meanwhile");
    expect(batches().filter((key) => key === "slow")).toHaveLength(1);
    // The checkpoint stays before what is not done.
    expect(checkpoint()).toBeUndefined();
    writeFileSync(gate, "");
    await until(() => checkpoint() === "1007", "the stream is worked through");
    expect(batches().filter((key) => key === "slow")).toHaveLength(2);
    expect(slow).toBe("1000");
  });

  it("measures the age of the last record of a batch", async () => {
    consumer("");
    mapping();
    stream.write("a", Math.floor(Date.now() / 1000) - 30);
    await start();
    await until(() => fixture.valuesOf("IteratorAge").length === 1, "the age is recorded");
    expect(fixture.valuesOf("IteratorAge")[0]).toBeGreaterThanOrEqual(30_000);
    expect(fixture.valuesOf("IteratorAge")[0]).toBeLessThan(40_000);
  });
});
