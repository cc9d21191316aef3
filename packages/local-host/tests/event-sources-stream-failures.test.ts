import { beforeEach, describe, expect, it } from "vitest";
import { ThrottledInvocation } from "../src/services/lambda/throttled-invocation";
import { startMappings, streamArn } from "./event-sources-fixture";
import {
  batches,
  checkpoint,
  consumer,
  fixture,
  mapping,
  newFixture,
  start,
  stream,
  write,
} from "./event-sources-stream-fixture";
import { functionArn, json, until } from "./lambda-fixture";

const deadLetters = "arn:aws:sqs:us-east-1:000000000000:stream-dead";
const bucket = "arn:aws:s3:::stream-dead";
const reporting = { functionResponseTypes: ["ReportBatchItemFailures"] };
const poison = "if (keys.includes('poison')) throw new Error('cannot')";

beforeEach(newFixture);

describe("a mapping from a table's stream", () => {
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
});
