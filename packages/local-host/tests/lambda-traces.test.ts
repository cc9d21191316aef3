import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { json, LambdaFixture } from "./lambda-fixture";

let fixture: LambdaFixture;
beforeEach(() => {
  fixture = new LambdaFixture();
});
afterEach(() => fixture.dispose());

const root = "1-5759e988-bd862e3fe1be46a994272793";
const parent = "53995c3f42cd8ad8";
const code = "exports.handler = async (event) => { if (event.fail) throw new TypeError('no'); return process.env }";
const traced = { tracingConfig: { mode: "Active" } };

const invoke = async (inputs: object, options: object = {}, event: unknown = {}) => {
  fixture.function("resize", code, { ...inputs });
  const host = await fixture.start();
  const { payload } = await host.functionAt("resize").invoke(JSON.stringify(event), options);
  const [service, inFunction] = fixture.segments;
  return { environment: json(payload), service, inFunction };
};

describe("a traced function", () => {
  it("has a segment of the service and one of the function, below what called it", async () => {
    const trace = `Root=${root};Parent=${parent};Sampled=1`;
    const { environment, service, inFunction } = await invoke(traced, { trace });
    expect(service).toMatchObject({ trace_id: root, parent_id: parent, origin: "AWS::Lambda", name: "resize" });
    expect(inFunction).toMatchObject({
      trace_id: root,
      parent_id: service?.["id"],
      origin: "AWS::Lambda::Function",
      subsegments: [{ name: "Initialization" }],
    });
    expect(service).not.toHaveProperty("fault");
    expect(environment["_X_AMZN_TRACE_ID"]).toBe(`Root=${root};Parent=${String(inFunction?.["id"])};Sampled=1`);
    expect(environment["AWS_XRAY_DAEMON_ADDRESS"]).toBe("daemon of a role");
  });

  it("tells of an initialization only when the event had to wait for it", async () => {
    fixture.function("resize", code, traced);
    const host = await fixture.start();
    await host.warm();
    await host.functionAt("resize").invoke("{}");
    expect(fixture.segments).toHaveLength(2);
    expect(JSON.stringify(fixture.segments)).not.toContain("Initialization");
  });

  it("begins a trace when it is called without one, linked to those of what it works on", async () => {
    const links = [`Root=${root};Parent=${parent}`, "Root=1-2"];
    const { service, inFunction } = await invoke(traced, { links });
    expect(service?.["trace_id"]).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(service).not.toHaveProperty("parent_id");
    expect(inFunction?.["links"]).toEqual([{ trace_id: root, id: parent }]);
  });

  it("tells that it failed, by the error's type alone", async () => {
    const { service, inFunction } = await invoke(traced, {}, { fail: true });
    expect(service).toMatchObject({ fault: true });
    expect(inFunction).toMatchObject({ fault: true, cause: { exceptions: [{ type: "TypeError" }] } });
    expect(JSON.stringify(inFunction)).not.toContain('no"');
  });

  it("records nothing of a request that is not sampled", async () => {
    const { environment, service } = await invoke(traced, { trace: `Root=${root};Parent=${parent};Sampled=0` });
    expect(service).toBeUndefined();
    expect(environment["_X_AMZN_TRACE_ID"]).toMatch(new RegExp(`^Root=${root};Parent=[0-9a-f]{16};Sampled=0$`));
  });
});

describe("a function that is not traced", () => {
  it("passes on the trace that it was called in, and records nothing", async () => {
    const trace = `Root=${root};Parent=${parent};Sampled=1`;
    const { environment, service } = await invoke({}, { trace });
    expect(service).toBeUndefined();
    expect(environment["_X_AMZN_TRACE_ID"]).toBe(trace);
  });
});
