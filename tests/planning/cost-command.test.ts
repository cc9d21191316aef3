import { execFile } from "node:child_process";
import { join } from "node:path";
import { nodeArguments } from "pulumi-local-host/host-command";
import { describe, expect, it } from "vitest";

const run = (...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const command = [...nodeArguments, join(__dirname, "../../planning/cost/main.ts"), ...args];
    execFile(process.execPath, command, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });

describe.concurrent("npm run cost", () => {
  it("prints JSON on a pipe, with the bill, the idle bill and the cost of a million orders", async () => {
    const { code, stdout } = await run("--stack", "dev", "--orders-per-day", "10000");
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      stack: "dev",
      currency: "USD",
      region: "eu-central-1",
      region_of_prices: "us-east-1",
      demand: { orders_per_day: 10_000 },
    });
    expect(report.usd_idle).toBeLessThan(report.usd_per_month);
    const sum = report.lines.reduce((total: number, { usd }: { usd: number }) => total + usd, 0);
    expect(sum).toBeCloseTo(report.usd_per_month, 6);
  });

  it("prints a comment with --markdown, which says whose prices they are", async () => {
    const { stdout } = await run("--stack", "dev", "--markdown");
    expect(stdout).toMatch(/^\*\*Cost\*\*: dev with 10,000 orders a day: [\d.]+ USD a month/);
    expect(stdout).toContain("Prices of us-east-1; the stack is in eu-central-1, where most are higher.");
  });

  it.each([
    [["--orders-per-day", "many"], 2, "'many' is invalid. It must be a number from 0 to 1,000,000,000."],
    [["--colour"], 2, "unknown option '--colour'"],
    [["--config", "vpc"], 2, "It must be key=value."],
    [["--stack", "nowhere"], 1, "There is no stack nowhere"],
    [["--config", "logRetentionDays=8"], 1, "logRetentionDays is 8"],
  ] as const)("says what is wrong with %j", async (args, exitCode, complaint) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: "" });
    expect(stderr).toContain(complaint);
  });
});
