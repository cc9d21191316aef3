import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { hostArguments } from "pulumi-local-host/host-command";
import { CommandError } from "../cli/command-error";

export interface HostProcessOptions {
  /** Folder for the host's data; it survives a restart. */
  readonly folder: string;
  readonly stack?: string;
  /** Settings in place of the stack file's. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Further options of the command line, such as `--fresh`. */
  readonly options?: readonly string[];
  /** The folder of the Pulumi program. Default: the order pipeline. */
  readonly projectDir?: string;
}

const orderPipeline = join(__dirname, "..");

/** The local host in a process of its own, on free ports, as `npm start` runs it. */
export class HostProcess {
  readonly folder: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  private readonly child: ChildProcess;
  private readonly heard: { text: string };

  private constructor(folder: string, child: ChildProcess, heard: { text: string }) {
    this.folder = folder;
    this.child = child;
    this.heard = heard;
    // The stack's outputs: an object with a name for each.
    this.outputs = JSON.parse(readFileSync(join(folder, "outputs.json"), "utf8")) as Record<string, unknown>;
  }

  /** Starts the host and waits for `Ready`. Rejects with what it printed when it ends before. */
  static async start(start: HostProcessOptions): Promise<HostProcess> {
    const { folder, stack = "dev", settings = {}, options = [], projectDir = orderPipeline } = start;
    const config = Object.entries(settings).flatMap(([key, value]) => ["--config", `${key}=${value}`]);
    const args = [...hostArguments, "--stack", stack, "--data-dir", folder, "--port", "0", "--aws-port", "0"];
    const child = spawn(process.execPath, [...args, ...config, ...options], {
      cwd: projectDir,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const heard = { text: "" };
    await new Promise<void>((settle, refuse) => {
      const hear = (text: Buffer): void => {
        heard.text += text.toString();
        if (/^Ready$/m.test(heard.text)) settle();
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.once("error", refuse);
      child.once("exit", (code) =>
        refuse(new CommandError(`The host ended with exit code ${String(code)}:\n${heard.text}`)),
      );
    });
    return new HostProcess(folder, child, heard);
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error("The host has no process.");
    return this.child.pid;
  }

  /** All that the host has said so far. */
  get printed(): string {
    return this.heard.text;
  }

  get api(): string {
    return this.output("api_endpoint");
  }

  /** The one AWS endpoint; the queues' URLs are on it. */
  get awsEndpoint(): string {
    return new URL(this.output("fulfilment_queue_url")).origin;
  }

  /** For the SDK's clients of a developer: any access key will do. */
  get aws() {
    return {
      endpoint: this.awsEndpoint,
      region: "eu-central-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    };
  }

  /** A token of a back end that may act for every customer. */
  get token(): string {
    return readFileSync(join(this.folder, "token"), "utf8");
  }

  output(name: string): string {
    const value = this.outputs[name];
    if (typeof value === "string") return value;
    throw new Error(`The stack has no output ${name} that is text: ${Object.keys(this.outputs).join(", ")}.`);
  }

  /** Puts the host's clock forward: what is due in these seconds happens at once. */
  async putForward(seconds: number): Promise<void> {
    const answer = await fetch(`${this.awsEndpoint}/_local/clock`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ advance: seconds }),
    });
    if (!answer.ok) throw new Error(`The clock could not be put forward: ${await answer.text()}`);
  }

  /** Ends the host as Ctrl-C does, or at once as a crash would. */
  async end(signal: "SIGINT" | "SIGKILL"): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill(signal);
    while (this.child.exitCode === null && this.child.signalCode === null) await pause(10);
  }
}
