import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";

/** The file that `npm run orders` and `npx orders` run. */
export const ordersFile = join(__dirname, "../../cli/orders.cjs");

export interface OrdersRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run that went well. */
export const done = (stdout: string): OrdersRun => ({ code: 0, stdout, stderr: "" });

/** A run that was refused or failed; it prints no result. */
export const refused = (stderr: string): OrdersRun => ({ code: 1, stdout: "", stderr });

/** The results of a run that went well: a line of JSON for each. */
export function resultsOf({ code, stdout, stderr }: OrdersRun): readonly Readonly<Record<string, unknown>>[] {
  if (code !== 0 || stderr !== "") throw new Error(`The run ended with exit code ${code}: ${stderr}`);
  const lines = stdout.trimEnd().split("\n");
  return lines.map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)));
}

export interface RunOptions {
  /** Default: nothing. */
  readonly stdin?: string;
  /** Variables beside PATH; those of whoever runs the tests are not seen, such as an AWS profile. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What is run in place of the command line's file: a link to it. */
  readonly file?: string;
}

const environment = (given: RunOptions["env"]): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  HOME: tmpdir(),
  TMPDIR: tmpdir(),
  NO_COLOR: "1",
  // As whoever has Node.js 20 runs it, see shared-folder.ts.
  NODE_OPTIONS: process.env["NODE_OPTIONS"],
  ...given,
});

async function ended(child: ChildProcess): Promise<OrdersRun> {
  const heard = { stdout: "", stderr: "" };
  child.stdout?.on("data", (text: Buffer) => {
    heard.stdout += text.toString();
  });
  child.stderr?.on("data", (text: Buffer) => {
    heard.stderr += text.toString();
  });
  return new Promise((settle, refuse) => {
    child.once("error", refuse);
    child.once("close", (code) => settle({ code, ...heard }));
  });
}

/** Runs the command line as a script does, with pipes. */
export const runOrders = (
  args: readonly string[],
  { stdin = "", env, cwd, file = ordersFile }: RunOptions = {},
): Promise<OrdersRun> => {
  const child = spawn(process.execPath, [file, ...args], {
    env: environment(env),
    ...(cwd === undefined ? {} : { cwd }),
  });
  child.stdin.end(stdin);
  return ended(child);
};

/** Runs the command line for a reader who is gone before there is anything to read. */
export const runUnread = (args: readonly string[]): Promise<OrdersRun> => {
  const child = spawn(process.execPath, [ordersFile, ...args], { env: environment({}) });
  child.stdout.destroy();
  return ended(child);
};

/** util-linux has a `script` that runs a command on a terminal of its own. */
export const hasTerminal = (spawnSync("script", ["--version"], { encoding: "utf8" }).stdout ?? "").includes(
  "util-linux",
);

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** What stands on a terminal when a run has ended, results and errors alike. */
export type Shown = Pick<OrdersRun, "code" | "stdout">;

/** Runs the command line on a terminal; what it shows has no trailing blanks. */
export async function runOnTerminal(args: readonly string[]): Promise<Shown> {
  const command = [process.execPath, ordersFile, ...args].map(quoted).join(" ");
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    env: environment({}),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { code, stdout } = await ended(child);
  return { code, stdout: stdout.replaceAll(/[ \r]+\n/g, "\n") };
}
