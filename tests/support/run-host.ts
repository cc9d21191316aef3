import { spawn } from "node:child_process";
import { join } from "node:path";
import { hostArguments } from "pulumi-local-host/host-command";

const projectDir = join(__dirname, "../..");

export interface HostRun {
  readonly code: number | null;
  readonly printed: string;
}

/** Runs the host with arguments with which it ends by itself, and gives what it said, errors included. */
export const runHost = (args: readonly string[]): Promise<HostRun> =>
  new Promise((settle, refuse) => {
    const child = spawn(process.execPath, [...hostArguments, ...args], {
      cwd: projectDir,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    const hear = (text: Buffer): void => {
      printed += text.toString();
      // It should have ended instead; without this it would live on after the test.
      if (/^Ready$/m.test(printed)) child.kill("SIGINT");
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("error", refuse);
    child.once("close", (code) => settle({ code, printed }));
  });
