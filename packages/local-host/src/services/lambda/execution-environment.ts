import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { errorTypeOf, exitWords, failurePayload, responseTooLarge } from "./failure-payload";
import type { FunctionDefinition } from "./function-definition";
import { LineSplitter } from "./line-splitter";
import type { ProcessReaper } from "./process-reaper";
import type { RuntimeApi, RuntimeInvocation } from "./runtime-api";

export type InvocationOutcome =
  | { readonly kind: "returned"; readonly payload: string; readonly maxMemoryMb: number }
  | {
      readonly kind: "failed";
      readonly status: "error" | "timeout";
      readonly errorType: string;
      readonly payload: string;
      /** Line that AWS writes to the log for a failure that the runtime could not report itself. */
      readonly platformLine?: string;
      readonly maxMemoryMb: number;
    };

export interface EnvironmentSettings {
  readonly id: string;
  readonly definition: FunctionDefinition;
  /** Everything that is in the environment of the process but the Runtime API's address. */
  readonly variables: Readonly<Record<string, string>>;
  readonly compileCacheFolder: string;
  readonly initTimeoutMs: number;
  readonly onLine: (line: string) => void;
  /** The environment can take an event; called after init and after each event. */
  readonly onFree: () => void;
  readonly onInitFailed: (outcome: InvocationOutcome) => void;
  readonly onGone: () => void;
}

const bootstrap = join(__dirname, "runtime-bootstrap.cjs");
const memoryCheckEveryMs = 100;

/** One process that runs one function, one event at a time. */
export class ExecutionEnvironment {
  readonly startedAt = performance.now();
  /** Milliseconds from the start of the process to readiness; undefined while it starts. */
  initMs: number | undefined;
  freeSince = 0;
  private readonly settings: EnvironmentSettings;
  private readonly runtimeApi: RuntimeApi;
  private readonly child: ChildProcess;
  private deliver: ((invocation: RuntimeInvocation) => void) | undefined;
  private current: { requestId: string; end: (outcome: InvocationOutcome) => void } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly memoryTimer: NodeJS.Timeout;
  private killedFor: "timeout" | "memory" | "stop" | undefined;
  private readonly exited: Promise<void>;
  private maxRssKb = 0;
  private initFailed = false;
  private isGone = false;

  constructor(settings: EnvironmentSettings, runtimeApi: RuntimeApi, reaper: ProcessReaper) {
    this.settings = settings;
    this.runtimeApi = runtimeApi;
    const address = runtimeApi.register(settings.id, {
      onNext: (deliver) => this.becomeFree(deliver),
      onResponse: (requestId, payload, maxRssKb) => this.returned(requestId, payload, maxRssKb),
      onResponseTooLarge: (requestId) => this.fail(requestId, responseTooLarge),
      onError: (requestId, payload) => this.fail(requestId, payload),
      onInitError: (payload) => this.failInit(payload),
    });
    const memory = settings.definition.memoryMb;
    this.child = spawn(
      process.execPath,
      [
        "--enable-source-maps",
        `--max-old-space-size=${Math.floor(memory * 0.9)}`,
        `--max-semi-space-size=${Math.max(1, Math.min(16, Math.floor(memory * 0.05)))}`,
        bootstrap,
        settings.compileCacheFolder,
      ],
      {
        cwd: settings.definition.taskRoot,
        env: { ...settings.variables, AWS_LAMBDA_RUNTIME_API: address },
        stdio: ["ignore", "pipe", "pipe"],
        // Its own process group: Ctrl-C in the terminal reaches the host, which lets running events end.
        detached: true,
      },
    );
    reaper.watch(this.child);
    const splitters = [this.child.stdout, this.child.stderr].map((stream) => {
      const lines = new LineSplitter(settings.onLine);
      stream?.on("data", (chunk: Buffer) => lines.add(chunk));
      return lines;
    });
    this.exited = new Promise((resolve) => {
      const ended = (how: string): void => {
        if (this.isGone) return;
        for (const lines of splitters) lines.end();
        this.gone(how, resolve);
      };
      this.child.once("error", (error) => ended(error.message));
      this.child.once("close", (code, signal) => ended(exitWords(code, signal)));
      // A process that the function started itself may hold the pipes open.
      this.child.once("exit", (code, signal) => setTimeout(() => ended(exitWords(code, signal)), 200).unref());
    });
    this.timer = setTimeout(() => this.kill("timeout"), settings.initTimeoutMs);
    this.memoryTimer = setInterval(() => this.checkMemory(), memoryCheckEveryMs);
    this.memoryTimer.unref();
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Only for an environment that has said it is free. */
  invoke(invocation: Omit<RuntimeInvocation, "deadlineMs">): Promise<InvocationOutcome> {
    const { timeoutMs } = this.settings.definition;
    const deliver = this.deliver;
    if (deliver === undefined) throw new Error(`Environment ${this.settings.id} was given an event while it was busy`);
    this.deliver = undefined;
    return new Promise((resolve) => {
      this.current = { requestId: invocation.requestId, end: resolve };
      this.timer = setTimeout(() => this.kill("timeout"), timeoutMs);
      deliver({ ...invocation, deadlineMs: Date.now() + timeoutMs });
    });
  }

  async stop(): Promise<void> {
    this.kill("stop");
    await this.exited;
  }

  private becomeFree(deliver: (invocation: RuntimeInvocation) => void): void {
    if (this.initMs === undefined) {
      this.initMs = performance.now() - this.startedAt;
      clearTimeout(this.timer);
    }
    this.deliver = deliver;
    this.freeSince = performance.now();
    this.settings.onFree();
  }

  private returned(requestId: string, payload: string, maxRssKb: number): void {
    this.maxRssKb = Math.max(this.maxRssKb, maxRssKb);
    if (this.maxRssKb > this.settings.definition.memoryMb * 1024) this.kill("memory");
    else this.end(requestId, { kind: "returned", payload, maxMemoryMb: this.maxMemoryMb() });
  }

  private fail(requestId: string, payload: string): void {
    this.end(requestId, this.failure("error", errorTypeOf(payload), payload));
  }

  private failInit(payload: string): void {
    if (this.initMs !== undefined || this.initFailed) return;
    this.initFailed = true;
    this.settings.onInitFailed(this.failure("error", errorTypeOf(payload), payload));
  }

  private failure(status: "error" | "timeout", errorType: string, payload: string, platformLine?: string) {
    const failure = { kind: "failed", status, errorType, payload, maxMemoryMb: this.maxMemoryMb() } as const;
    return platformLine === undefined ? failure : { ...failure, platformLine };
  }

  private end(requestId: string, outcome: InvocationOutcome): void {
    const current = this.current;
    if (current?.requestId !== requestId) return;
    this.current = undefined;
    clearTimeout(this.timer);
    // Lines written before the answer are in the pipe already and are read in this turn of the event loop.
    setImmediate(() => current.end(outcome));
  }

  private kill(reason: "timeout" | "memory" | "stop"): void {
    this.killedFor ??= reason;
    if (this.child.pid === undefined || this.isGone) return;
    try {
      // The whole process group: what the function started goes with it.
      process.kill(-this.child.pid, "SIGKILL");
    } catch {
      this.child.kill("SIGKILL");
    }
  }

  /** Linux only; elsewhere the heap's limit and the runtime's own report after each event must do. */
  private checkMemory(): void {
    if (process.platform !== "linux" || (this.current === undefined && this.initMs !== undefined)) return;
    try {
      const pages = Number(readFileSync(`/proc/${this.child.pid}/statm`, "latin1").split(" ")[1]);
      this.maxRssKb = Math.max(this.maxRssKb, pages * 4);
    } catch {
      return; // it has just gone
    }
    if (this.maxRssKb > this.settings.definition.memoryMb * 1024) this.kill("memory");
  }

  private maxMemoryMb(): number {
    return Math.min(Math.ceil(this.maxRssKb / 1024), this.settings.definition.memoryMb);
  }

  private gone(how: string, resolve: () => void): void {
    this.isGone = true;
    clearTimeout(this.timer);
    clearInterval(this.memoryTimer);
    this.runtimeApi.unregister(this.settings.id);
    const outcome = this.outcomeOfDeath(how);
    const current = this.current;
    this.current = undefined;
    this.settings.onGone();
    if (current !== undefined) current.end(outcome);
    else if (this.initMs === undefined && !this.initFailed && this.killedFor !== "stop")
      this.settings.onInitFailed(outcome);
    resolve();
  }

  private outcomeOfDeath(how: string): InvocationOutcome {
    const requestId = this.current?.requestId ?? "";
    if (this.killedFor === "timeout") {
      const limit = this.current === undefined ? this.settings.initTimeoutMs : this.settings.definition.timeoutMs;
      const words = `Task timed out after ${(limit / 1000).toFixed(2)} seconds`;
      const payload = failurePayload("Sandbox.Timedout", `RequestId: ${requestId} Error: ${words}`);
      const line = `${new Date().toISOString()} ${requestId} ${words}`;
      return this.failure("timeout", "Sandbox.Timedout", payload, line);
    }
    const errorType = this.killedFor === "memory" ? "Runtime.OutOfMemory" : "Runtime.ExitError";
    const message = `RequestId: ${requestId} Error: Runtime exited with error: ${how}`;
    return this.failure("error", errorType, failurePayload(errorType, message), `${message}\r${errorType}`);
  }
}

/** Environments worth starting at the same time: each start keeps one core busy. */
export const startsAtOnce = availableParallelism();
