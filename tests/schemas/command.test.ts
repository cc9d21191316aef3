import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { nodeArguments } from "pulumi-local-host/host-command";
import { describe, expect, it } from "vitest";

const run = (...args: readonly string[]) => {
  const command = [...nodeArguments, join(__dirname, "../../schemas/main.ts"), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
  return { status, stdout, stderr };
};

describe("a script of the repository, such as npm run schemas", () => {
  it("explains itself with --help, and does nothing", () => {
    const help = expect.stringMatching(/^Writes the documents .*\n\nUsage: npm run schemas\n$/s);
    expect(run("--help")).toEqual({ status: 0, stdout: help, stderr: "" });
  });

  it("ends with exit code 2 for an option that it does not have", () => {
    expect(run("--force")).toEqual({ status: 2, stdout: "", stderr: expect.stringContaining("'--force'") });
  });
});
