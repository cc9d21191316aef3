import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nodeArguments } from "../src/host-command";
import { RuntimeApi } from "../src/services/lambda/runtime-api";
import { json, LambdaFixture, until } from "./lambda-fixture";

let fixture: LambdaFixture;
beforeEach(() => {
  fixture = new LambdaFixture();
});
afterEach(() => fixture.dispose());

const failureOf = async (name: string, code: string, inputs = {}) => {
  fixture.function(name, code, inputs);
  const host = await fixture.start();
  const invocation = await host.functionAt(name).invoke("{}");
  expect(invocation.functionError).toBe("Unhandled");
  return { ...invocation, error: json(invocation.payload), host };
};

describe("a function that fails", () => {
  it("keeps the name and the message of its own error", async () => {
    const { error } = await failureOf(
      "declined",
      `class PaymentDeclined extends Error { constructor(m) { super(m); this.name = "PaymentDeclined"; } }
       exports.handler = async () => { throw new PaymentDeclined("no funds"); }`,
    );
    expect(error).toEqual({
      errorType: "PaymentDeclined",
      errorMessage: "no funds",
      trace: expect.arrayContaining(["PaymentDeclined: no funds"]),
    });
    expect(fixture.valuesOf("Errors")).toEqual([1]);
    expect(fixture.valuesOf("Invocations")).toEqual([1]);
  });

  it("may throw what is not an error", async () => {
    const { error } = await failureOf("text", "exports.handler = async () => { throw 'just text' }");
    expect(error).toEqual({ errorType: "string", errorMessage: "just text", trace: [] });
  });

  it("is killed at its timeout and answers in AWS's words", async () => {
    const { error, requestId, log, host } = await failureOf("slow", "exports.handler = () => { for (;;); }", {
      timeout: 1,
    });
    expect(error).toEqual({
      errorType: "Sandbox.Timedout",
      errorMessage: `RequestId: ${requestId} Error: Task timed out after 1.00 seconds`,
    });
    expect(log[1]).toMatch(
      new RegExp(`^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z ${requestId} Task timed out after 1.00 seconds$`),
    );
    expect(log.at(-1)).toMatch(/\tStatus: timeout\t$/);
    expect(host.functionAt("slow").environments).toBe(0);
  });

  it("is reported with its exit status when the process ends", async () => {
    const { error, requestId } = await failureOf("exits", "exports.handler = async () => process.exit(1)");
    expect(error).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: exit status 1`,
    });
  });

  it("is not killed for the memory of the host, which starts it", async () => {
    const ofHost = Buffer.alloc(300e6, 1);
    fixture.function("modest", "exports.handler = async () => 1;");
    const { payload } = await (await fixture.start()).functionAt("modest").invoke("{}");
    expect({ payload, mostOfHost: process.resourceUsage().maxRSS * 1024 > ofHost.length }).toEqual({
      payload: "1",
      mostOfHost: true,
    });
  });

  it("is killed above its memory", async () => {
    const { error, requestId, log } = await failureOf(
      "hog",
      "exports.handler = async () => { const kept = []; for (;;) kept.push(Buffer.alloc(1e6, 1)); }",
      { timeout: 20 },
    );
    expect(error).toEqual({
      errorType: "Runtime.OutOfMemory",
      errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
    });
    expect(log.at(-1)).toMatch(/Max Memory Used: 128 MB.*\tStatus: error\tError Type: Runtime.OutOfMemory\t$/);
  });

  it("fails when a promise is rejected that nobody waits for", async () => {
    const { error } = await failureOf(
      "stray",
      "exports.handler = async () => { Promise.reject(new Error('stray')); await new Promise(() => {}); }",
    );
    expect(error).toMatchObject({ errorType: "Runtime.UnhandledPromiseRejection", errorMessage: "Error: stray" });
  });

  it("fails when its answer is over 6 MB", async () => {
    const { error } = await failureOf("big", "exports.handler = async () => 'x'.repeat(6_291_557)");
    expect(error).toEqual({
      errorType: "Function.ResponseSizeTooLarge",
      errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    });
  });

  it("fails each event while its init fails, and never hangs", async () => {
    const { error, host } = await failureOf("broken", "throw new TypeError('at init')");
    expect(error).toMatchObject({ errorType: "TypeError", errorMessage: "at init" });
    expect(JSON.parse((await host.functionAt("broken").invoke("{}")).payload)).toMatchObject({
      errorType: "TypeError",
    });
  });

  it.each([
    ["Runtime.ImportModuleError", "require('not-there')", {}],
    ["Runtime.UserCodeSyntaxError", "exports.handler = (", {}],
    ["Runtime.HandlerNotFound", "exports.other = 1", {}],
    ["Runtime.ExitError", "process.exit(3)", {}],
  ])("says %s when its module is %s", async (errorType, code, inputs) => {
    const { error } = await failureOf("unloadable", code, inputs);
    expect(error["errorType"]).toBe(errorType);
  });

  it("takes the processes that it started with it, even when they hold its output open", async () => {
    const { log } = await failureOf(
      "parent",
      `const child = require("node:child_process").spawn("sleep", ["60"], { stdio: "inherit" });
       exports.handler = async () => { console.log("child " + child.pid); await new Promise(() => {}); }`,
      { timeout: 1 },
    );
    const pid = Number(/child (\d+)/.exec(log.join())?.[1]);
    await until(() => !isAlive(pid), "the child's process is gone");
  });

  it("gets a new process after its old one died", async () => {
    fixture.function("frail", "let n = 0; exports.handler = async (e) => (e.die ? process.exit(1) : ++n)");
    const host = await fixture.start();
    const frail = host.functionAt("frail");
    await frail.invoke('{"die":true}');
    expect((await frail.invoke("{}")).payload).toBe("1");
  });
});

describe("the end of the host", () => {
  it("breaks the connection of the runtime, which ends at once", async () => {
    fixture.function("waits", "exports.handler = async () => 1");
    const api = new RuntimeApi();
    await api.listen();
    const ready = Promise.withResolvers<void>();
    const unused = () => undefined;
    const address = api.register("environment-1", {
      onNext: () => ready.resolve(),
      onResponse: unused,
      onResponseTooLarge: unused,
      onError: unused,
      onInitError: unused,
    });
    const runtime = spawn(process.execPath, [join(__dirname, "../src/services/lambda/runtime-bootstrap.cjs"), ""], {
      env: {
        AWS_LAMBDA_RUNTIME_API: address,
        _HANDLER: "index.handler",
        LAMBDA_TASK_ROOT: join(fixture.folder, "code/waits"),
      },
    });
    const ended = once(runtime, "exit");
    await ready.promise;
    await api.close();
    expect(await ended).toEqual([null, "SIGKILL"]);
  });

  it("by SIGKILL ends every process of a function, a busy one too", async () => {
    const script = join(fixture.folder, "host.ts");
    fixture.function("waits", "exports.handler = async () => process.pid");
    fixture.function("spins", "exports.handler = (e) => { if (e.spin) for (;;); return process.pid }", {
      timeout: 900,
    });
    const from = (path: string): string => JSON.stringify(join(__dirname, "../src", path));
    writeFileSync(
      script,
      `import { lambdaHost } from ${from("services/lambda/lambda-host")};
       import { HostEvents } from ${from("kernel/host-events")};
       const none = () => undefined;
       const host = lambdaHost(
         { graph: ${JSON.stringify(fixture.context.graph)}, dataDir: ${JSON.stringify(fixture.folder)},
           cacheDir: ${JSON.stringify(fixture.folder)},
           access: { check: none }, calls: { recordMetric: none, recordSegments: none, writeLog: none }, events: new HostEvents(),
           awsEndpoint: "", apiEndpoint: "" } as never, // the rest of the context is not used
         { credentialsFor: () => ({ accessKeyId: "", secretAccessKey: "", sessionToken: "" }), traceDaemonFor: async () => "" });
       host.start().then(async () => {
         const pids = [];
         for (const name of ["waits", "spins"]) pids.push((await host.functionAt(name).invoke("{}")).payload);
         void host.functionAt("spins").invoke('{"spin":true}');
         console.log(pids.join(" "));
       });`,
    );
    const child = spawn(process.execPath, [...nodeArguments, script], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += String(chunk);
    });
    await until(() => output.includes("\n"), "the host's processes are up");
    const pids = output.trim().split(" ").map(Number);
    expect(pids.map(isAlive)).toEqual([true, true]);
    child.kill("SIGKILL");
    await until(() => !pids.some(isAlive), "the functions' processes are gone");
  });
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
