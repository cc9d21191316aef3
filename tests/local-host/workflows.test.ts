import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { AwsError } from "../../local/endpoint/aws-service";
import type { ServiceCalls } from "../../local/endpoint/service-calls";
import { DefinitionCheck, type DefinitionChecker } from "../../local/workflows/definition-check";
import { type WorkflowHost, workflowHost } from "../../local/workflows/host-workflows";
import { eventually } from "../support/eventually";
import { arnOf, callService, recordedContext, resource } from "./recorded-context";

const MACHINE = arnOf("states", "stateMachine:fulfil");
const ROLE = "arn:aws:iam::000000000000:role/fulfil";
const PAY = arnOf("lambda", "function:take-payment");
const SHIP = arnOf("lambda", "function:ship-order");
const PRINCIPAL = { kind: "role", roleArn: ROLE, actor: MACHINE };

/** The check of the language takes 0.3 s for each definition. */
const unchecked: DefinitionChecker = { check: async () => undefined };

let running: WorkflowHost[] = [];
afterEach(async () => {
  await Promise.all(running.map((host) => host.stop()));
  running = [];
});

type States = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const start = async (
  definition: Readonly<Record<string, unknown>>,
  calls: Partial<ServiceCalls> = {},
  inputs: Readonly<Record<string, unknown>> = {},
  { dataDir, definitions = unchecked }: { dataDir?: string; definitions?: DefinitionChecker } = {},
) => {
  const machine = resource(
    "aws:sfn/stateMachine:StateMachine",
    "fulfil",
    { definition: JSON.stringify(definition), roleArn: ROLE, type: "EXPRESS", ...inputs },
    { arn: MACHINE },
  );
  const context = recordedContext({ resources: [machine], calls, ...(dataDir === undefined ? {} : { dataDir }) });
  const host = workflowHost(context, { definitions });
  running.push(host);
  await host.start();
  return { context, host };
};

interface SyncResult {
  readonly status: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

const execute = async (
  definition: Readonly<Record<string, unknown>>,
  calls: Partial<ServiceCalls> = {},
  input: unknown = {},
) => {
  const { context, host } = await start(definition, calls);
  const result = (await callService(host.service, "StartSyncExecution", {
    stateMachineArn: MACHINE,
    name: "one",
    input: JSON.stringify(input),
  })) as SyncResult;
  return { context, result, output: result.output === undefined ? undefined : JSON.parse(result.output) };
};

const machine = (startAt: string, states: States, more: Readonly<Record<string, unknown>> = {}) => ({
  StartAt: startAt,
  States: states,
  ...more,
});

const answers =
  (...payloads: (unknown | Error)[]): Partial<ServiceCalls>["invokeFunction"] & {} =>
  async () => {
    const next = payloads.length > 1 ? payloads.shift() : payloads[0];
    if (next instanceof Error) throw next;
    return { payload: JSON.stringify(next) };
  };

const functionError = (errorType: string, errorMessage = "no") => ({
  payload: JSON.stringify({ errorType, errorMessage, trace: [] }),
  functionError: "Unhandled",
});

const quickRetry = { IntervalSeconds: 1, MaxDelaySeconds: 1, JitterStrategy: "FULL" };

/** Waits between retries are real seconds; time is faked where they are not what is tested. */
const withoutWaiting = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 500 });
  try {
    return await work();
  } finally {
    vi.useRealTimers();
  }
};

describe("StartSyncExecution", () => {
  it("runs a function by its ARN as the machine's role and answers with its result", async () => {
    const { host, context } = await start(
      machine("Pay", { Pay: { Type: "Task", Resource: PAY, ResultPath: "$.payment", End: true } }),
      { invokeFunction: answers({ reference: "p-1" }) },
    );
    const result = await callService(host.service, "StartSyncExecution", {
      stateMachineArn: MACHINE,
      name: "one",
      input: '{"order_id":"a"}',
    });
    expect(result).toEqual({
      executionArn: expect.stringMatching(/^arn:aws:states:eu-west-1:000000000000:express:fulfil:one:[\da-f-]{36}$/),
      stateMachineArn: MACHINE,
      name: "one",
      startDate: expect.any(Number),
      stopDate: expect.any(Number),
      status: "SUCCEEDED",
      input: '{"order_id":"a"}',
      inputDetails: { included: true },
      output: '{"order_id":"a","payment":{"reference":"p-1"}}',
      outputDetails: { included: true },
      billingDetails: { billedDurationInMilliseconds: expect.any(Number), billedMemoryUsedInMB: 64 },
    });
    expect(context.recorded).toEqual([
      { call: "invokeFunction", principal: PRINCIPAL, target: PAY, value: { order_id: "a" } },
    ]);
    expect(context.metrics.map(({ name }) => name)).toEqual([
      "ExecutionsStarted",
      "ExecutionTime",
      "ExecutionsSucceeded",
    ]);
  });

  it("gives lambda:invoke's result the shape that the integration gives it", async () => {
    const { output, context } = await execute(
      machine("Pay", {
        Pay: {
          Type: "Task",
          Resource: "arn:aws:states:::lambda:invoke",
          Parameters: { FunctionName: PAY, "Payload.$": "$" },
          End: true,
        },
      }),
      { invokeFunction: answers({ ok: true }) },
      { order: 1 },
    );
    expect(output).toMatchObject({ ExecutedVersion: "$LATEST", Payload: { ok: true }, StatusCode: 200 });
    expect(context.recorded[0]).toMatchObject({ target: PAY, value: { order: 1 } });
  });

  it("refuses an input that is not JSON, is too large, or is for a machine that does not exist", async () => {
    const { host } = await start(machine("A", { A: { Type: "Pass", End: true } }));
    const call = (input: string, stateMachineArn = MACHINE) =>
      callService(host.service, "StartSyncExecution", { stateMachineArn, input });
    await expect(call("{")).rejects.toMatchObject({ name: "InvalidExecutionInput" });
    await expect(call(JSON.stringify("x".repeat(256 * 1024)))).rejects.toMatchObject({ name: "ValidationException" });
    await expect(call("{}", `${MACHINE}x`)).rejects.toMatchObject({ name: "StateMachineDoesNotExist" });
  });
});

describe("errors", () => {
  const caught = (error: string) =>
    machine("Pay", {
      Pay: {
        Type: "Task",
        Resource: PAY,
        Catch: [{ ErrorEquals: [error], ResultPath: "$.error", Next: "Caught" }],
        End: true,
      },
      Caught: { Type: "Pass", End: true },
    });

  it("have a function's own error type, and its payload as cause", async () => {
    const { output } = await execute(caught("PaymentDeclined"), {
      invokeFunction: async () => functionError("PaymentDeclined"),
    });
    expect(output).toEqual({
      error: { Error: "PaymentDeclined", Cause: '{"errorType":"PaymentDeclined","errorMessage":"no","trace":[]}' },
    });
  });

  it.each([
    ["Lambda.TooManyRequestsException", new AwsError("TooManyRequestsException", "slow", 429)],
    ["Lambda.ServiceException", new AwsError("ServiceException", "oops", 500)],
    ["Lambda.AWSLambdaException", new AwsError("AccessDeniedException", "not authorized", 403)],
    ["Lambda.SdkClientException", new Error("socket hang up")],
  ])("of the Lambda service are %s", async (error, thrown) => {
    const { output } = await execute(caught(error), { invokeFunction: answers(thrown) });
    expect(output.error.Error).toBe(error);
  });

  it.each([
    ["DynamoDB.ConditionalCheckFailedException", new AwsError("ConditionalCheckFailedException", "no")],
    ["DynamoDB.ProvisionedThroughputExceededException", new AwsError("ProvisionedThroughputExceededException", "no")],
    ["DynamoDB.InternalServerErrorException", new AwsError("InternalServerError", "no", 500)],
    ["DynamoDB.AmazonDynamoDBException", new AwsError("ValidationException", "no")],
  ])("of a DynamoDB task are %s", async (error, thrown) => {
    const { result } = await execute(
      machine("Put", {
        Put: { Type: "Task", Resource: "arn:aws:states:::dynamodb:updateItem", Parameters: {}, End: true },
      }),
      {
        callJson: async () => {
          throw thrown;
        },
      },
    );
    expect(result).toMatchObject({ status: "FAILED", error });
    expect(result.cause).toContain(
      `(Service: AmazonDynamoDBv2; Status Code: ${thrown.status}; Error Code: ${thrown.name};`,
    );
  });

  it("without a catcher fail the execution", async () => {
    const { result, context } = await execute(caught("Other"), {
      invokeFunction: async () => functionError("Declined"),
    });
    expect(result).toMatchObject({ status: "FAILED", error: "Declined" });
    expect(result).not.toHaveProperty("output");
    expect(context.metrics.map(({ name }) => name)).toContain("ExecutionsFailed");
  });

  it("of too large a result are not caught by States.ALL", async () => {
    const { result } = await execute(caught("States.ALL"), { invokeFunction: answers("x".repeat(256 * 1024)) });
    expect(result).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
  });

  it("of a Fail state are its own", async () => {
    const { result } = await execute(machine("No", { No: { Type: "Fail", Error: "Refused", Cause: "out of stock" } }));
    expect(result).toMatchObject({ status: "FAILED", error: "Refused", cause: "out of stock" });
  });
});

describe("Retry", () => {
  const retrying = (retry: Readonly<Record<string, unknown>>) =>
    machine("Pay", {
      Pay: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Parameters: {
          FunctionName: "take-payment",
          Payload: { "try.$": "$$.State.RetryCount", "state.$": "$$.State.Name" },
        },
        Retry: [{ ...quickRetry, ...retry }],
        End: true,
      },
    });

  it("runs the task again and counts the tries in the context object", async () => {
    const failure = new AwsError("TooManyRequestsException", "slow", 429);
    const { result, context } = await withoutWaiting(() =>
      execute(retrying({ ErrorEquals: ["Lambda.TooManyRequestsException"], MaxAttempts: 3 }), {
        invokeFunction: answers(failure, failure, { ok: true }),
      }),
    );
    expect(result.status).toBe("SUCCEEDED");
    expect(context.recorded.map(({ target, value }) => [target, value])).toEqual([
      [PAY, { try: 0, state: "Pay" }],
      [PAY, { try: 1, state: "Pay" }],
      [PAY, { try: 2, state: "Pay" }],
    ]);
  });

  it("gives up after MaxAttempts", async () => {
    const { result, context } = await withoutWaiting(() =>
      execute(retrying({ ErrorEquals: ["States.TaskFailed"], MaxAttempts: 2 }), {
        invokeFunction: answers(new AwsError("ServiceException", "oops", 500)),
      }),
    );
    expect(result).toMatchObject({ status: "FAILED", error: "Lambda.ServiceException" });
    expect(context.recorded).toHaveLength(3);
  });

  it("does not touch an error that it does not name", async () => {
    const { context } = await execute(retrying({ ErrorEquals: ["Lambda.ServiceException"] }), {
      invokeFunction: async () => functionError("Declined"),
    });
    expect(context.recorded).toHaveLength(1);
  });

  it("waits no longer than MaxDelaySeconds, however steep the backoff", async () => {
    const startedAt = performance.now();
    await execute(
      retrying({
        ErrorEquals: ["States.ALL"],
        BackoffRate: 100,
        IntervalSeconds: 50,
        MaxDelaySeconds: 1,
        MaxAttempts: 1,
      }),
      {
        invokeFunction: answers(new AwsError("ServiceException", "oops", 500), 1),
      },
    );
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});

describe("timeouts", () => {
  const never: Partial<ServiceCalls> = { invokeFunction: () => new Promise(() => undefined) };

  it("of a state are States.Timeout and can be caught", async () => {
    const { output } = await execute(
      machine("Pay", {
        Pay: {
          Type: "Task",
          Resource: PAY,
          TimeoutSeconds: 1,
          Catch: [{ ErrorEquals: ["States.Timeout"], Next: "Late" }],
          End: true,
        },
        Late: { Type: "Pass", Result: "late", End: true },
      }),
      never,
    );
    expect(output).toBe("late");
  });

  it("of the machine end the execution as TIMED_OUT, and a task that waited for its retry is not run again", async () => {
    const retry = [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 60, MaxAttempts: 5 }];
    const { result, context } = await execute(
      machine("Pay", { Pay: { Type: "Task", Resource: PAY, Retry: retry, End: true } }, { TimeoutSeconds: 1 }),
      { invokeFunction: async () => functionError("Transient") },
    );
    expect(result).toMatchObject({ status: "TIMED_OUT", error: "States.Timeout" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(context.recorded).toHaveLength(1);
    expect(context.metrics.map(({ name }) => name)).toContain("ExecutionsTimedOut");
  });
});

describe("the context object", () => {
  it("has the execution that was started, in a map's iterations too", async () => {
    const { output } = await execute(
      machine("Each", {
        Each: {
          Type: "Map",
          ItemsPath: "$.lines",
          ItemProcessor: machine("Line", {
            Line: {
              Type: "Pass",
              Parameters: {
                "name.$": "$$.Execution.Name",
                "order.$": "$$.Execution.Input.order",
                "role.$": "$$.Execution.RoleArn",
                "machine.$": "$$.StateMachine.Name",
                "state.$": "$$.State.Name",
                "line.$": "$",
              },
              End: true,
            },
          }),
          End: true,
        },
      }),
      {},
      { order: "a", lines: [1, 2] },
    );
    const shared = { name: "one", order: "a", role: ROLE, machine: "fulfil", state: "Line" };
    expect(output).toEqual([
      { ...shared, line: 1 },
      { ...shared, line: 2 },
    ]);
  });
});

describe("a ResultPath of $", () => {
  it("replaces the input", async () => {
    const { output } = await execute(
      machine("Pay", { Pay: { Type: "Task", Resource: PAY, ResultPath: "$", End: true } }),
      { invokeFunction: answers({ b: 2 }) },
      { a: 1 },
    );
    expect(output).toEqual({ b: 2 });
  });
});

describe("service integrations", () => {
  it("call the services as the machine's role", async () => {
    const task = (integration: string, Parameters: unknown, next?: string) => ({
      Type: "Task",
      Resource: `arn:aws:states:::${integration}`,
      Parameters,
      ResultPath: null,
      ...(next === undefined ? { End: true } : { Next: next }),
    });
    const { context, output } = await execute(
      machine("Get", {
        Get: task("dynamodb:getItem", { TableName: "orders", Key: { id: { "S.$": "$.id" } } }, "Send"),
        Send: task("sqs:sendMessage", { QueueUrl: "http://localhost:4566/0/q", MessageBody: { a: 1 } }, "Publish"),
        Publish: task("sns:publish", { TopicArn: arnOf("sns", "t"), Message: { b: 2 }, Subject: "s" }, "Put"),
        Put: task("events:putEvents", { Entries: [{ Source: "x", DetailType: "y", Detail: { "c.$": "$.id" } }] }),
      }),
      { callJson: async (_principal, service) => (service === "events" ? { FailedEntryCount: 0, Entries: [] } : {}) },
      { id: "1" },
    );
    expect(output).toEqual({ id: "1" });
    expect(context.recorded.map(({ call, value }) => [call, value])).toEqual([
      ["dynamodb:GetItem", { TableName: "orders", Key: { id: { S: "1" } } }],
      ["sqs:SendMessage", { QueueUrl: "http://localhost:4566/0/q", MessageBody: '{"a":1}' }],
      ["publish", { body: '{"b":2}', attributes: {}, subject: "s" }],
      ["events:PutEvents", { Entries: [{ Source: "x", DetailType: "y", Detail: '{"c":"1"}' }] }],
    ]);
    expect(new Set(context.recorded.map(({ principal }) => JSON.stringify(principal)))).toEqual(
      new Set([JSON.stringify(PRINCIPAL)]),
    );
  });

  it("fail as EventBridge.FailedEntry when the bus takes not every entry", async () => {
    const { result } = await execute(
      machine("Put", {
        Put: { Type: "Task", Resource: "arn:aws:states:::events:putEvents", Parameters: { Entries: [] }, End: true },
      }),
      { callJson: async () => ({ FailedEntryCount: 1, Entries: [{ ErrorCode: "ThrottlingException" }] }) },
    );
    expect(result).toMatchObject({ status: "FAILED", error: "EventBridge.FailedEntry" });
  });
});

describe("the log", () => {
  const logging = (level: string, includeExecutionData: boolean) => ({
    loggingConfiguration: {
      level,
      includeExecutionData,
      logDestination: `${arnOf("logs", "log-group:/workflows/fulfil")}:*`,
    },
  });
  const failing = machine("Pay", {
    Pay: { Type: "Task", Resource: PAY, Catch: [{ ErrorEquals: ["Declined"], Next: "Ship" }], Next: "Ship" },
    Ship: { Type: "Task", Resource: SHIP, End: true },
  });
  const calls: Partial<ServiceCalls> = {
    invokeFunction: async (_principal, arn) => (arn === PAY ? functionError("Declined") : { payload: '"sent"' }),
  };
  const lines = async (level: string, data: boolean) => {
    const { host, context } = await start(failing, calls, logging(level, data));
    await callService(host.service, "StartSyncExecution", { stateMachineArn: MACHINE, input: '{"amount":1}' });
    await host.stop();
    expect(new Set(context.logs.map(({ group }) => group))).toEqual(new Set(["/workflows/fulfil"]));
    return context.logs.map(({ line }) => JSON.parse(line));
  };

  it("has every event of the history in order at level ALL", async () => {
    const events = await lines("ALL", true);
    expect(events.map(({ type }) => type)).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "LambdaFunctionScheduled",
      "LambdaFunctionStarted",
      "LambdaFunctionFailed",
      "TaskStateExited",
      "TaskStateEntered",
      "LambdaFunctionScheduled",
      "LambdaFunctionStarted",
      "LambdaFunctionSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
    expect(events[0]).toMatchObject({
      id: "1",
      previous_event_id: "0",
      details: { input: '{"amount":1}', roleArn: ROLE },
    });
    expect(events[4].details).toMatchObject({ error: "Declined" });
  });

  it("has failures alone at level ERROR, and no data unless it is asked for", async () => {
    const events = await lines("ERROR", false);
    expect(events.map(({ type }) => type)).toEqual(["LambdaFunctionFailed"]);
    expect(JSON.stringify(await lines("ALL", true))).toContain("amount");
    expect(JSON.stringify(await lines("ALL", false))).not.toContain("amount");
  });
});

describe("a definition that cannot be run as on AWS", () => {
  it.each([
    [
      "JSONata",
      machine("A", { A: { Type: "Pass", End: true } }, { QueryLanguage: "JSONata" }),
      /QueryLanguage JSONata/,
    ],
    ["variables", machine("A", { A: { Type: "Pass", Assign: { x: 1 }, End: true } }), /Assign of state A/],
    [
      "an integration that is not hosted",
      machine("A", { A: { Type: "Task", Resource: "arn:aws:states:::ecs:runTask", End: true } }),
      /Resource arn:aws:states:::ecs:runTask of state A/,
    ],
    ["a missing state", machine("A", { A: { Type: "Pass", Next: "B" } }), /the definition is not valid/],
  ])("is refused for %s, with the resource's URN", async (_what, definition, message) => {
    const definitions = new DefinitionCheck(join(mkdtempSync(join(tmpdir(), "checked-")), "definitions"));
    await expect(start(definition, {}, {}, { definitions })).rejects.toThrow(message);
    await expect(start(definition, {}, {}, { definitions })).rejects.toThrow(
      "urn:pulumi:test::flow::aws:sfn/stateMachine:StateMachine::fulfil",
    );
  });

  it("is refused for the type STANDARD", async () => {
    await expect(start(machine("A", { A: { Type: "Pass", End: true } }), {}, { type: "STANDARD" })).rejects.toThrow(
      "has the type STANDARD; the local host runs EXPRESS state machines",
    );
  });
});

describe("StartExecution", () => {
  it("answers at once and runs in the background", async () => {
    const { host, context } = await start(machine("Pay", { Pay: { Type: "Task", Resource: PAY, End: true } }));
    const answer = await callService(host.service, "StartExecution", { stateMachineArn: MACHINE, input: '{"a":1}' });
    expect(answer).toEqual({
      executionArn: expect.stringContaining(":express:fulfil:"),
      startDate: expect.any(Number),
    });
    await eventually(() => expect(context.metrics.map(({ name }) => name)).toContain("ExecutionsSucceeded"));
    expect(context.recorded).toHaveLength(1);
  });

  it("is run again after the host ended in the middle of it, and not once it has ended", async () => {
    const definition = machine("Pay", { Pay: { Type: "Task", Resource: PAY, End: true } });
    // Writing the log keeps the host from stopping at once.
    const logDestination = `${arnOf("logs", "log-group:/workflows/fulfil")}:*`;
    const logged = { loggingConfiguration: { level: "ALL", logDestination } };
    const first = await start(definition, { invokeFunction: () => new Promise(() => undefined) }, logged);
    const started = await callService(first.host.service, "StartExecution", {
      stateMachineArn: MACHINE,
      name: "one",
      input: '{"a":1}',
    });
    await first.host.stop();
    const second = await start(definition, {}, {}, { dataDir: first.context.dataDir });
    await eventually(() => expect(second.context.metrics.map(({ name }) => name)).toContain("ExecutionsSucceeded"));
    expect(second.context.recorded).toMatchObject([{ call: "invokeFunction", target: PAY, value: { a: 1 } }]);
    expect(started).toMatchObject({ executionArn: expect.stringContaining(":express:fulfil:one:") });
    await second.host.stop();
    const third = await start(definition, {}, {}, { dataDir: first.context.dataDir });
    expect(third.context.recorded).toEqual([]);
  });
});
