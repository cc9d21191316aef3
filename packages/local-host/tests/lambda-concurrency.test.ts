import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { json, LambdaFixture, until } from "./lambda-fixture";

let fixture: LambdaFixture;
beforeEach(() => {
  fixture = new LambdaFixture();
});
afterEach(() => fixture.dispose());

/** Answers with its process and how many events it works on, once the named file is there. */
const gated = `
  const { existsSync } = require("node:fs");
  let active = 0;
  exports.handler = async ({ gate }) => {
    active += 1;
    const together = active;
    while (!existsSync(gate)) await new Promise((resolve) => setTimeout(resolve, 2));
    active -= 1;
    return { pid: process.pid, together };
  };`;

describe("the environments of a function", () => {
  it("take one event each at a time, up to the limit, and the rest wait", async () => {
    fixture.function("gated", gated, { timeout: 30 });
    const host = await fixture.start({ processesPerFunction: 2, patienceMs: 1 });
    const target = host.functionAt("gated");
    const gate = join(fixture.folder, "open");
    const running = Array.from({ length: 5 }, () => target.invoke(JSON.stringify({ gate })));
    await until(
      () => fixture.log.filter(({ line }) => line.startsWith("START")).length === 2,
      "two events are at work",
    );
    expect(target.environments).toBe(2);
    expect(existsSync(gate)).toBe(false);
    writeFileSync(gate, "");
    const answers = (await Promise.all(running)).map(({ payload }) => json(payload));
    expect(answers.map((answer) => answer["together"])).toEqual([1, 1, 1, 1, 1]);
    expect(new Set(answers.map((answer) => answer["pid"])).size).toBe(2);
    expect(Math.max(...fixture.valuesOf("ConcurrentExecutions"))).toBe(5);
  });

  it("start one only when a busy one does not get free soon", async () => {
    fixture.function("quick", "exports.handler = async () => 1");
    const host = await fixture.start({ patienceMs: 5000 });
    const target = host.functionAt("quick");
    await target.invoke("{}");
    await Promise.all(Array.from({ length: 20 }, () => target.invoke("{}")));
    expect(target.environments).toBe(1);
  });

  it("end after some time without work", async () => {
    fixture.function("idle", "exports.handler = async () => process.pid");
    const host = await fixture.start({ idleMs: 50 });
    const target = host.functionAt("idle");
    const first = (await target.invoke("{}")).payload;
    await until(() => target.environments === 0, "the idle environment has ended");
    expect((await target.invoke("{}")).payload).not.toBe(first);
  });

  it("are started ahead of the first event by warm, one for each function", async () => {
    fixture.function("one", "exports.handler = async () => 1");
    fixture.function("two", "exports.handler = async () => 2");
    fixture.function("broken", "throw new Error('at init')");
    const host = await fixture.start();
    await host.warm();
    expect(["one", "two", "broken"].map((name) => host.functionAt(name).environments)).toEqual([1, 1, 0]);
    const { log } = await host.functionAt("one").invoke("{}");
    expect(log.at(-1)).toContain("\tInit Duration: ");
  });
});

describe("reserved concurrency", () => {
  it("throttles what comes above it, counting what waits", async () => {
    fixture.function("gated", gated, { reservedConcurrentExecutions: 2, timeout: 30 });
    const host = await fixture.start({ processesPerFunction: 1 });
    const gate = join(fixture.folder, "open");
    const event = JSON.stringify({ gate });
    const target = host.functionAt("gated");
    const running = [target.invoke(event), target.invoke(event)];
    await expect(target.invoke(event)).rejects.toMatchObject({
      name: "TooManyRequestsException",
      status: 429,
      reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
    });
    writeFileSync(gate, "");
    await Promise.all(running);
    await expect(target.invoke(event)).resolves.not.toHaveProperty("functionError");
    expect(fixture.valuesOf("Throttles")).toEqual([0, 0, 1, 0]);
    expect(fixture.valuesOf("Invocations")).toEqual([1, 1, 1]);
  });

  it("of zero throttles every event", async () => {
    fixture.function("off", "exports.handler = async () => 1", { reservedConcurrentExecutions: 0 });
    const host = await fixture.start();
    await expect(host.functionAt("off").invoke("{}")).rejects.toMatchObject({ name: "TooManyRequestsException" });
    expect(host.functionAt("off").environments).toBe(0);
  });
});
