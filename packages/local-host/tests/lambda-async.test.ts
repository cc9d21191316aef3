import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AsyncEventJournal } from "../src/services/lambda/async-event-journal";
import type { LambdaHost } from "../src/services/lambda/lambda-host";
import { functionArn, LambdaFixture, until } from "./lambda-fixture";

const developer = { kind: "developer" } as const;
const deadLetters = "arn:aws:sqs:us-east-1:000000000000:failed";
const failing = "exports.handler = async () => { const e = new Error('no'); e.name = 'Refused'; throw e; }";
const role = { kind: "role", roleArn: "arn:aws:iam::000000000000:role/work", actor: "work" };

let fixture: LambdaFixture;
beforeEach(() => {
  fixture = new LambdaFixture();
});
afterEach(() => fixture.dispose());

const start = (delays: readonly [number, number] = [1, 1]): Promise<LambdaHost> =>
  fixture.start({ asyncRetryDelaysMs: delays, asyncThrottleDelayMs: 1 });
const invokeConfig = (inputs: Readonly<Record<string, unknown>>) =>
  fixture.resource("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "work", "work", {
    functionName: "work",
    ...inputs,
  });
const openJournal = () => new AsyncEventJournal(`${fixture.context.dataDir}/lambda/async-events.sqlite`);
const keptEvents = () => {
  const journal = openJournal();
  const events = journal.all();
  journal.close();
  return events;
};
const whatHappened = (what: string) => fixture.happened.filter((event) => event.what === what);

describe("an asynchronous event", () => {
  it("is accepted at once and invoked once when it succeeds", async () => {
    fixture.function("work", "exports.handler = async () => 1");
    const host = await start();
    await host.calls.invokeFunctionAsync(developer, functionArn("work"), { n: 1 });
    expect(whatHappened("invoked")).toEqual([]);
    // Accepted is written down: a host that is killed now has it at the next start.
    expect(keptEvents()).toMatchObject([{ functionName: "work", payload: '{"n":1}', invoked: 0 }]);
    await until(() => whatHappened("invoked").length === 1, "the event is invoked");
    expect(fixture.sent).toEqual([]);
    await until(() => keptEvents().length === 0, "the event is forgotten");
    expect(fixture.valuesOf("AsyncEventsReceived")).toEqual([1]);
  });

  it("is tried three times under one request id, then dropped with an error event when there is no destination", async () => {
    fixture.function("work", failing);
    const host = await start();
    await host.calls.invokeFunctionAsync(developer, functionArn("work"), { n: 1 });
    await until(() => whatHappened("asynchronous event dropped").length === 1, "the event is dropped");
    const attempts = whatHappened("failed").map(({ detail }) => detail?.["requestId"]);
    expect(attempts).toHaveLength(3);
    expect(new Set(attempts).size).toBe(1);
    expect(whatHappened("failed")[0]?.detail).toMatchObject({ errorType: "Refused", error: "no" });
    expect(fixture.valuesOf("AsyncEventsDropped")).toEqual([1]);
  });

  it("goes to the on-failure destination as AWS's invocation record, sent as the function's role", async () => {
    fixture.function("work", failing);
    invokeConfig({ maximumRetryAttempts: 1, destinationConfig: { onFailure: { destination: deadLetters } } });
    const host = await start();
    await host.calls.invokeFunctionAsync(developer, functionArn("work"), { n: 1 });
    await until(() => fixture.sent.length === 1, "the record is sent");
    const [sent] = fixture.sent;
    expect(sent).toMatchObject({ call: "sendMessage", principal: role, target: deadLetters });
    expect(fixture.sentBody()).toEqual({
      version: "1.0",
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      requestContext: {
        requestId: whatHappened("failed")[0]?.detail?.["requestId"],
        functionArn: `${functionArn("work")}:$LATEST`,
        condition: "RetriesExhausted",
        approximateInvokeCount: 2,
      },
      requestPayload: { n: 1 },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      responsePayload: { errorType: "Refused", errorMessage: "no", trace: expect.any(Array) },
    });
    expect(whatHappened("asynchronous event dropped")).toEqual([]);
  });

  it("goes to a bus with the source and detail type that AWS gives it", async () => {
    const bus = "arn:aws:events:us-east-1:000000000000:event-bus/photos";
    fixture.function("work", "exports.handler = async () => 7");
    invokeConfig({ destinationConfig: { onSuccess: { destination: bus } } });
    const host = await start();
    await host.calls.invokeFunctionAsync(developer, functionArn("work"), {});
    await until(() => fixture.sent.length === 1, "the record is sent");
    expect(fixture.sent[0]).toMatchObject({
      call: "putEvents",
      target: bus,
      content: {
        source: "lambda",
        detailType: "Lambda Function Invocation Result - Success",
        resources: [bus, `${functionArn("work")}:$LATEST`],
      },
    });
  });

  it("goes to the function's dead-letter queue as it was, with the error as attributes", async () => {
    fixture.function("work", failing, { deadLetterConfig: { targetArn: deadLetters } });
    invokeConfig({ maximumRetryAttempts: 0 });
    const host = await start();
    await host.calls.invokeFunctionAsync(developer, functionArn("work"), { n: 1 });
    await until(() => fixture.sent.length === 1, "the event is dead-lettered");
    expect(fixture.sent[0]?.content).toEqual({
      body: '{"n":1}',
      attributes: {
        RequestID: { dataType: "String", stringValue: expect.stringMatching(/^[0-9a-f-]{36}$/) },
        ErrorCode: { dataType: "Number", stringValue: "200" },
        ErrorMessage: { dataType: "String", stringValue: expect.stringContaining('"errorType":"Refused"') },
      },
    });
  });

  it("is not tried at all under a reserved concurrency of zero", async () => {
    fixture.function("work", failing, { reservedConcurrentExecutions: 0 });
    invokeConfig({ destinationConfig: { onFailure: { destination: deadLetters } } });
    const host = await start();
    await host.calls.invokeFunctionAsync(developer, functionArn("work"), {});
    await until(() => fixture.sent.length === 1, "the record is sent");
    expect(whatHappened("failed")).toEqual([]);
  });

  it("waits out a throttle without using up its retries", async () => {
    fixture.function("work", "exports.handler = async () => new Promise((done) => setTimeout(done, 60))", {
      reservedConcurrentExecutions: 1,
    });
    invokeConfig({ maximumRetryAttempts: 0 });
    const host = await start();
    for (let n = 0; n < 3; n += 1) await host.calls.invokeFunctionAsync(developer, functionArn("work"), { n });
    await until(() => whatHappened("invoked").length === 3, "all three are invoked");
    expect(whatHappened("throttled").length).toBeGreaterThan(0);
    expect(whatHappened("asynchronous event dropped")).toEqual([]);
  });

  it("survives a restart between its attempts", async () => {
    fixture.function("work", failing);
    invokeConfig({ maximumRetryAttempts: 1, destinationConfig: { onFailure: { destination: deadLetters } } });
    const before = await start([600_000, 600_000]);
    await before.calls.invokeFunctionAsync(developer, functionArn("work"), { n: 1 });
    await until(() => whatHappened("failed").length === 1, "the first attempt is made");
    await before.stop();
    expect(fixture.sent).toEqual([]);
    const journal = openJournal();
    const [kept] = journal.all();
    expect(kept).toMatchObject({ functionName: "work", payload: '{"n":1}', invoked: 1 });
    if (kept !== undefined) journal.put({ ...kept, notBefore: 0 });
    journal.close();
    await start();
    await until(() => fixture.sent.length === 1, "the second attempt is made and given up");
    expect(whatHappened("failed")).toHaveLength(2);
  });

  it("is reported when its destination cannot be reached", async () => {
    fixture.function("work", failing);
    invokeConfig({ maximumRetryAttempts: 0, destinationConfig: { onFailure: { destination: "arn:aws:ec2:::x" } } });
    const host = await start();
    await host.calls.invokeFunctionAsync(developer, functionArn("work"), {});
    await until(() => whatHappened("destination unreachable").length === 1, "the failure is reported");
    expect(fixture.valuesOf("DestinationDeliveryFailures")).toEqual([1]);
  });
});
