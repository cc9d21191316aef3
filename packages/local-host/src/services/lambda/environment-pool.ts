import { AwsError } from "../../kernel/endpoint/aws-service";
import type { ExecutionEnvironment, InvocationOutcome } from "./execution-environment";

export interface EnvironmentHandlers {
  readonly onFree: (environment: ExecutionEnvironment) => void;
  readonly onInitFailed: (environment: ExecutionEnvironment, outcome: InvocationOutcome) => void;
  readonly onGone: (environment: ExecutionEnvironment) => void;
}

export interface PoolSettings {
  readonly start: (handlers: EnvironmentHandlers) => ExecutionEnvironment;
  /** Most processes at the same time; AWS has no such limit, this machine has. Events beyond it wait. */
  readonly maximum: number;
  /**
   * How long an event waits for a busy environment before another one is started, in milliseconds: a start costs a
   * core more than most events take.
   */
  readonly patienceMs: number;
  /** An environment without work for this long is ended, in milliseconds. */
  readonly idleMs: number;
}

type Waiter = {
  readonly take: (environment: ExecutionEnvironment) => void;
  readonly fail: (outcome: InvocationOutcome) => void;
  readonly refuse: (error: Error) => void;
};

export type Acquired =
  | { readonly kind: "environment"; readonly environment: ExecutionEnvironment }
  | { readonly kind: "init-failed"; readonly outcome: InvocationOutcome };

/** The execution environments of one function. */
export class EnvironmentPool {
  private readonly settings: PoolSettings;
  private readonly all = new Set<ExecutionEnvironment>();
  private readonly starting = new Set<ExecutionEnvironment>();
  private readonly idle: ExecutionEnvironment[] = [];
  private readonly waiting: Waiter[] = [];
  private patience: NodeJS.Timeout | undefined;
  private readonly sweep: NodeJS.Timeout;
  /** Of an earlier configuration: ended as soon as they are free. */
  private readonly outdated = new WeakSet<ExecutionEnvironment>();
  private stopped = false;

  constructor(settings: PoolSettings) {
    this.settings = settings;
    this.sweep = setInterval(() => this.endIdle(), Math.max(50, settings.idleMs / 10));
    this.sweep.unref();
  }

  get size(): number {
    return this.all.size;
  }

  /** An environment for one event, or the error of the function's failed init. */
  acquire(): Promise<Acquired> | Acquired {
    // The one used last: its caches are warm, and the others can go idle.
    const free = this.idle.pop();
    if (free !== undefined) return { kind: "environment", environment: free };
    return new Promise((resolve, reject) => {
      if (this.stopped) return reject(stopping());
      this.waiting.push({
        take: (environment) => resolve({ kind: "environment", environment }),
        fail: (outcome) => resolve({ kind: "init-failed", outcome }),
        refuse: reject,
      });
      this.grow();
    });
  }

  /** Starts one environment ahead of the first event; resolves when it is ready, or failed. */
  async warm(): Promise<void> {
    if (this.all.size > 0 || this.stopped) return;
    const acquired = await this.acquire();
    if (acquired.kind === "environment") this.free(acquired.environment);
  }

  /** The next event gets an environment that is started from now on. */
  renew(): void {
    for (const environment of this.all) this.outdated.add(environment);
    for (const environment of [...this.idle]) this.end(environment);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.sweep);
    clearTimeout(this.patience);
    for (const { refuse } of this.waiting.splice(0)) refuse(stopping());
    await Promise.all([...this.all].map((environment) => environment.stop()));
  }

  private grow(): void {
    if (this.stopped || this.starting.size >= this.waiting.length || this.all.size >= this.settings.maximum) return;
    if (this.all.size === this.starting.size) {
      this.startOne();
      return;
    }
    this.patience ??= setTimeout(() => {
      this.patience = undefined;
      if (this.starting.size >= this.waiting.length || this.all.size >= this.settings.maximum) return;
      this.startOne();
      this.grow();
    }, this.settings.patienceMs);
  }

  private startOne(): void {
    const environment = this.settings.start({
      onFree: (freed) => {
        this.starting.delete(freed);
        this.free(freed);
      },
      onInitFailed: (failed, outcome) => {
        this.starting.delete(failed);
        this.forget(failed);
        this.waiting.shift()?.fail(outcome);
        this.grow();
      },
      onGone: (gone) => {
        this.starting.delete(gone);
        this.forget(gone);
        this.grow();
      },
    });
    this.all.add(environment);
    this.starting.add(environment);
  }

  private free(environment: ExecutionEnvironment): void {
    if (this.outdated.has(environment)) {
      this.end(environment);
      this.grow();
      return;
    }
    const waiter = this.waiting.shift();
    if (waiter === undefined) this.idle.push(environment);
    else waiter.take(environment);
  }

  private end(environment: ExecutionEnvironment): void {
    this.forget(environment);
    void environment.stop();
  }

  private forget(environment: ExecutionEnvironment): void {
    this.all.delete(environment);
    const index = this.idle.indexOf(environment);
    if (index >= 0) this.idle.splice(index, 1);
  }

  private endIdle(): void {
    const longAgo = performance.now() - this.settings.idleMs;
    for (const environment of this.idle.filter(({ freeSince }) => freeSince < longAgo)) this.end(environment);
  }
}

const stopping = (): AwsError => new AwsError("ServiceException", "The local host is stopping.", 503);
