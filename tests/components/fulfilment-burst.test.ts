import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { declaredLimits } from "../../planning/capacity/declared-limits";
import { type Burst, simulateFulfilment } from "../../planning/capacity/simulate-fulfilment";
import { stackGraph } from "../support/stack-graph";

type Setup = Omit<Burst, "placed" | "paymentSeconds">;

const decision = readFileSync(join(__dirname, "../../docs/decisions/0031-fulfilment-concurrency.md"), "utf8");

/** As it was: 50 invocations with ten executions each, on 50 of each function; a throttle was tried again twice. */
const before: Setup = {
  batchSize: 10,
  maximumConcurrency: 50,
  reserved: 50,
  retriers: [{ ErrorEquals: ["Lambda.TooManyRequestsException"], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 2 }],
  visibilityTimeout: 360,
  maxReceives: 5,
  executionTimeout: 55,
};

let asDeclared: Setup;

beforeAll(async () => {
  asDeclared = declaredLimits(await stackGraph("prod")).fulfilment;
});

const cases = [0.3, 1, 2, 3].map((paymentSeconds) => ({ placed: [5_000], paymentSeconds }));

/** The rows of the decision's table. */
const table = (setup: Setup, name: string): string[] =>
  cases.map((each) => {
    const { failed, deadLetters, seconds } = simulateFulfilment({ ...setup, ...each });
    return `| ${name} | ${each.paymentSeconds} s | ${failed.toLocaleString("en")} | ${deadLetters.toLocaleString("en")} | ${seconds.toLocaleString("en")} s |`;
  });

describe("a burst of placed orders in prod", () => {
  it("starts no more executions at once than each function behind them may run", () => {
    expect(asDeclared.batchSize * asDeclared.maximumConcurrency).toBeLessThanOrEqual(asDeclared.reserved);
  });

  it("ends with every order shipped, and no execution failed, however slow payment is", () => {
    for (const each of cases) {
      expect(simulateFulfilment({ ...asDeclared, ...each })).toMatchObject({ failed: 0, deadLetters: 0 });
    }
  });

  it("is survived by retries alone when another stack's load takes half of the functions' concurrency", () => {
    const halved = { ...asDeclared, reserved: asDeclared.reserved / 2 };
    expect(simulateFulfilment({ ...halved, placed: [5_000], paymentSeconds: 1 }).deadLetters).toBe(0);
  });

  it("would send valid orders to the dead-letter queue with the concurrency as it was before", () => {
    expect(simulateFulfilment({ ...before, placed: [5_000], paymentSeconds: 2 }).deadLetters).toBeGreaterThan(1_000);
  });

  it("is what the decision says it is", () => {
    const patient = { ...before, retriers: asDeclared.retriers };
    expect(table(patient, "retrier alone").every((row) => decision.includes(row))).toBe(true);
    for (const row of [...table(before, "before"), ...table(asDeclared, "now")]) expect(decision).toContain(row);
  });
});
