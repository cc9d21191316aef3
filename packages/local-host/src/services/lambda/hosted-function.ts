import { randomUUID } from "node:crypto";
import type { ServiceCalls } from "../../kernel/endpoint/service-calls";
import type { HostEvents } from "../../kernel/host-events";
import { type EnvironmentHandlers, EnvironmentPool } from "./environment-pool";
import { ExecutionEnvironment, type InvocationOutcome } from "./execution-environment";
import { errorMessageOf } from "./failure-payload";
import type { FunctionDefinition } from "./function-definition";
import { InvocationLog } from "./invocation-log";
import { InvocationTrace, type TraceOptions } from "./invocation-trace";
import type { ProcessReaper } from "./process-reaper";
import type { RolePermissions } from "./role-permissions";
import type { RuntimeApi } from "./runtime-api";
import { ThrottledInvocation } from "./throttled-invocation";

export interface HostedFunctionSettings {
  readonly definition: FunctionDefinition;
  /** The environment of its processes. */
  readonly variablesOf: (definition: FunctionDefinition) => Readonly<Record<string, string>>;
  readonly compileCacheFolder: string;
  readonly maximumProcesses: number;
  readonly patienceMs: number;
  readonly idleMs: number;
  readonly runtimeApi: RuntimeApi;
  readonly reaper: ProcessReaper;
  readonly calls: Pick<ServiceCalls, "recordMetric" | "recordSegments" | "writeLog">;
  readonly permissions: RolePermissions;
  readonly events: HostEvents;
}

export interface InvocationOptions extends TraceOptions {
  readonly requestId?: string;
  readonly clientContext?: string;
}

export interface Invocation {
  readonly requestId: string;
  readonly payload: string;
  readonly functionError?: "Unhandled";
  /** The lines that this event left in the log. */
  readonly log: readonly string[];
}

/** AWS gives init 10 seconds, then begins it again under the function's own timeout. */
const initLimitMs = 10_000;

/** What can be changed of a running function; it takes effect with the next event. */
export type FunctionChange = Partial<Pick<FunctionDefinition, "environment" | "timeoutMs" | "memoryMb">>;

/** One function of the graph: its environments, concurrency, metrics and log. */
export class HostedFunction {
  private current: FunctionDefinition;
  private variables: Readonly<Record<string, string>>;
  private readonly settings: HostedFunctionSettings;
  private readonly pool: EnvironmentPool;
  private readonly keptLogs = new WeakMap<ExecutionEnvironment, string[]>();
  private readonly atWork = new Set<Promise<unknown>>();

  constructor(settings: HostedFunctionSettings) {
    this.settings = settings;
    this.current = settings.definition;
    this.variables = settings.variablesOf(settings.definition);
    this.pool = new EnvironmentPool({
      start: (handlers) => this.startEnvironment(handlers),
      maximum: settings.maximumProcesses,
      patienceMs: settings.patienceMs,
      idleMs: settings.idleMs,
    });
  }

  get definition(): FunctionDefinition {
    return this.current;
  }

  /** Changes the function's configuration until the host ends. @throws for an environment that Lambda would refuse */
  configure(change: FunctionChange): void {
    const changed = { ...this.current, ...change };
    this.variables = this.settings.variablesOf(changed);
    this.current = changed;
    this.pool.renew();
  }

  /** Reserves concurrency for the function, until the host ends; undefined gives it back. 0 refuses every invocation. */
  reserve(concurrency: number | undefined): void {
    const { reservedConcurrency: _, ...others } = this.current;
    this.current = concurrency === undefined ? others : { ...others, reservedConcurrency: concurrency };
  }

  /** Live processes. */
  get environments(): number {
    return this.pool.size;
  }

  /** Events at work now. */
  get running(): number {
    return this.atWork.size;
  }

  warm(): Promise<void> {
    return this.pool.warm();
  }

  /** Resolves when the events at work now are done. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.atWork);
  }

  stop(): Promise<void> {
    return this.pool.stop();
  }

  /** @throws ThrottledInvocation when the reserved concurrency is used up */
  async invoke(payload: string, options: InvocationOptions = {}): Promise<Invocation> {
    const { reservedConcurrency } = this.definition;
    const throttled = reservedConcurrency !== undefined && this.atWork.size >= reservedConcurrency;
    this.metric("Throttles", throttled ? 1 : 0, "Count");
    if (throttled) {
      this.settings.events.publish({ level: "warn", resource: this.definition.name, what: "throttled" });
      throw new ThrottledInvocation();
    }
    const run = this.run(payload, options);
    this.atWork.add(run);
    this.metric("Invocations", 1, "Count");
    this.metric("ConcurrentExecutions", this.atWork.size, "Count");
    try {
      return await run;
    } finally {
      this.atWork.delete(run);
    }
  }

  private async run(payload: string, options: InvocationOptions): Promise<Invocation> {
    const requestId = options.requestId ?? randomUUID();
    const accepted = performance.now();
    const trace = new InvocationTrace(this.definition, requestId, options);
    const acquired = await this.pool.acquire();
    if (acquired.kind === "init-failed") return this.finish(trace, acquired.outcome, 0, undefined, []);
    const { environment } = acquired;
    const first = !this.keptLogs.has(environment);
    const log: string[] = [];
    this.keptLogs.set(environment, log);
    const invocationLog = this.logOf(environment);
    invocationLog.started(requestId);
    trace.begun(environment.startedAt >= accepted ? environment.initMs : undefined);
    const begun = performance.now();
    const outcome = await environment.invoke({
      requestId,
      payload,
      functionArn: this.definition.arn,
      traceId: trace.header,
      ...(options.clientContext !== undefined && { clientContext: options.clientContext }),
    });
    const durationMs = performance.now() - begun;
    const initMs = first ? environment.initMs : undefined;
    invocationLog.ended({ requestId, durationMs, outcome, ...(initMs !== undefined && { initMs }) });
    return this.finish(trace, outcome, durationMs, initMs, log);
  }

  private finish(
    trace: InvocationTrace,
    outcome: InvocationOutcome,
    durationMs: number,
    initMs: number | undefined,
    log: readonly string[],
  ): Invocation {
    const failed = outcome.kind === "failed";
    const { requestId } = trace;
    if (trace.sampled && this.settings.permissions.maySendTrace()) {
      this.settings.calls.recordSegments(trace.ended(outcome));
    }
    this.metric("Errors", failed ? 1 : 0, "Count");
    this.metric("Duration", durationMs, "Milliseconds");
    this.settings.events.publish({
      level: failed ? "error" : "info",
      resource: this.definition.name,
      what: failed ? failureWords(outcome) : "invoked",
      detail: {
        ...(failed && { errorType: outcome.errorType, error: errorMessageOf(outcome.payload) }),
        requestId,
        durationMs: Number(durationMs.toFixed(1)),
        ...(initMs !== undefined && { initMs: Number(initMs.toFixed(1)) }),
      },
    });
    return { requestId, payload: outcome.payload, log, ...(failed && { functionError: "Unhandled" as const }) };
  }

  private startEnvironment(handlers: EnvironmentHandlers): ExecutionEnvironment {
    const id = randomUUID();
    const environment: ExecutionEnvironment = new ExecutionEnvironment(
      {
        id,
        definition: this.definition,
        variables: { ...this.variables, AWS_LAMBDA_LOG_STREAM_NAME: logStreamName(id) },
        compileCacheFolder: this.settings.compileCacheFolder,
        initTimeoutMs: initLimitMs + this.definition.timeoutMs,
        onLine: (line) => this.logOf(environment).application(line),
        onFree: () => handlers.onFree(environment),
        onInitFailed: (outcome) => this.initFailed(environment, outcome, handlers),
        onGone: () => handlers.onGone(environment),
      },
      this.settings.runtimeApi,
      this.settings.reaper,
    );
    return environment;
  }

  private initFailed(environment: ExecutionEnvironment, outcome: InvocationOutcome, handlers: EnvironmentHandlers) {
    if (outcome.kind === "failed") {
      const log = this.logOf(environment);
      log.initFailed(performance.now() - environment.startedAt, outcome.errorType, outcome.status);
      this.settings.events.publish({
        level: "error",
        resource: this.definition.name,
        what: "init failed",
        detail: { errorType: outcome.errorType, error: errorMessageOf(outcome.payload) },
      });
    }
    handlers.onInitFailed(environment, outcome);
  }

  private logOf(environment: ExecutionEnvironment): InvocationLog {
    return new InvocationLog(this.definition, (line) => {
      this.keptLogs.get(environment)?.push(line);
      if (this.settings.permissions.mayLog()) this.settings.calls.writeLog(this.definition.logGroup, line);
    });
  }

  private metric(name: string, value: number, unit: string): void {
    this.settings.calls.recordMetric("AWS/Lambda", name, { FunctionName: this.definition.name }, value, unit);
  }
}

const failureWords = (outcome: InvocationOutcome & { kind: "failed" }): string => {
  if (outcome.status === "timeout") return "timed out";
  return outcome.errorType === "Runtime.OutOfMemory" ? "ran out of memory" : "failed";
};

const logStreamName = (id: string): string =>
  `${new Date().toISOString().slice(0, 10).replaceAll("-", "/")}/[$LATEST]${id.replaceAll("-", "")}`;
