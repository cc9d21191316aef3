import { describe, expect, it } from "vitest";
import { eventually } from "../testing/eventually";
import { arnOf, callService } from "./recorded-context";
import { answers, execute, MACHINE, machine, PAY, PRINCIPAL, ROLE, start } from "./workflows-fixture";

describe("StartSyncExecution", () => {
  it("runs a function by its ARN as the machine's role and answers with its result", async () => {
    const { host, context } = await start(
      machine("Pay", { Pay: { Type: "Task", Resource: PAY, ResultPath: "$.payment", End: true } }),
      { invokeFunction: answers({ reference: "p-1" }) },
    );
    const result = await callService(host.service, "StartSyncExecution", {
      stateMachineArn: MACHINE,
      name: "one",
      input: '{"photo_id":"a"}',
    });
    expect(result).toEqual({
      executionArn: expect.stringMatching(/^arn:aws:states:eu-west-1:000000000000:express:fulfil:one:[\da-f-]{36}$/),
      stateMachineArn: MACHINE,
      name: "one",
      startDate: expect.any(Number),
      stopDate: expect.any(Number),
      status: "SUCCEEDED",
      input: '{"photo_id":"a"}',
      inputDetails: { included: true },
      output: '{"photo_id":"a","payment":{"reference":"p-1"}}',
      outputDetails: { included: true },
      billingDetails: { billedDurationInMilliseconds: expect.any(Number), billedMemoryUsedInMB: 64 },
    });
    expect(context.recorded).toEqual([
      { call: "invokeFunction", principal: PRINCIPAL, target: PAY, value: { photo_id: "a" } },
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
      { photo: 1 },
    );
    expect(output).toMatchObject({ ExecutedVersion: "$LATEST", Payload: { ok: true }, StatusCode: 200 });
    expect(context.recorded[0]).toMatchObject({ target: PAY, value: { photo: 1 } });
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
                "photo.$": "$$.Execution.Input.photo",
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
      { photo: "a", lines: [1, 2] },
    );
    const shared = { name: "one", photo: "a", role: ROLE, machine: "fulfil", state: "Line" };
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
