import { describe, expect, it } from "vitest";
import type { ServiceCalls } from "../src/kernel/endpoint/service-calls";
import { arnOf, callService } from "./recorded-context";
import { functionError, MACHINE, machine, PAY, ROLE, start } from "./workflows-fixture";

const SHIP = arnOf("lambda", "function:send-photo");

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
