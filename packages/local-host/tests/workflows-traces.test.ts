import { describe, expect, it } from "vitest";
import * as z from "zod";
import { callService } from "./recorded-context";
import { functionError, MACHINE, machine, PAY, start } from "./workflows-fixture";

const root = "1-5759e988-bd862e3fe1be46a994272793";
const parent = "53995c3f42cd8ad8";
const retried = { ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 1, MaxDelaySeconds: 2 };
const pay = machine("Pay", { Pay: { Type: "Task", Resource: PAY, Retry: [retried], End: true } });

const run = async (tracingConfiguration: object, traceHeader?: string) => {
  const headers: (string | undefined)[] = [];
  const { context, host } = await start(
    pay,
    {
      invokeFunction: async (_principal, _arn, _payload, { trace } = {}) => {
        headers.push(trace);
        return headers.length === 1 ? functionError("Busy") : { payload: "{}" };
      },
    },
    { tracingConfiguration },
  );
  await callService(host.service, "StartSyncExecution", { stateMachineArn: MACHINE, traceHeader });
  return { headers, segments: context.segments };
};

describe("a traced workflow", () => {
  it("has a segment with each try at a task in it, and the functions it calls below those", async () => {
    const { headers, segments } = await run({ enabled: true }, `Root=${root};Parent=${parent};Sampled=1`);
    expect(segments).toMatchObject([
      {
        name: "fulfil",
        trace_id: root,
        parent_id: parent,
        origin: "AWS::StepFunctions::StateMachine",
        subsegments: [{ name: "Pay", fault: true }, { name: "Pay" }],
      },
    ]);
    const { subsegments } = z.object({ subsegments: z.array(z.object({ id: z.string() })) }).parse(segments[0]);
    expect(headers).toEqual(subsegments.map(({ id }) => `Root=${root};Parent=${id};Sampled=1`));
  });

  it("records nothing of an execution that is not sampled", async () => {
    const { headers, segments } = await run({ enabled: true }, `Root=${root};Parent=${parent};Sampled=0`);
    expect(segments).toEqual([]);
    expect(headers[0]).toMatch(/;Sampled=0$/);
  });
});

describe("a workflow that is not traced", () => {
  it("passes on the trace that it was started in", async () => {
    const { headers, segments } = await run({}, `Root=${root};Parent=${parent};Sampled=1`);
    expect(segments).toEqual([]);
    expect(headers[0]).toBe(`Root=${root};Parent=${parent};Sampled=1`);
  });
});
