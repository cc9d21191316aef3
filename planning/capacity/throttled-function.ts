import type { VirtualClock } from "./virtual-clock";

/** How AWS retries a task: an entry of a state's Retry. */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds?: number;
}

export interface ThrottledFunctionOptions {
  readonly clock: VirtualClock;
  /** Numbers from 0 to 1, for the jitter of retries. */
  readonly random: () => number;
  /** Invocations at once; Lambda throttles any beyond them. */
  readonly reserved: number;
  /** Seconds that an invocation takes. */
  readonly duration: number;
  /** The Retry of the state that calls the function. */
  readonly retriers: readonly Retrier[];
}

const throttled = "Lambda.TooManyRequestsException";

/** A function as a workflow's task meets it: it runs as many invocations as it may and throttles the others, which are retried. */
export class ThrottledFunction {
  private readonly options: ThrottledFunctionOptions;
  private readonly retrier: Retrier | undefined;
  private running = 0;

  constructor(options: ThrottledFunctionOptions) {
    this.options = options;
    this.retrier = options.retriers.find(({ ErrorEquals }) => ErrorEquals.includes(throttled));
  }

  /** Calls `end` once: with false when no retry is left, or when it is past the deadline. */
  invoke(deadline: number, end: (done: boolean) => void, retries = 0): void {
    const { clock, reserved } = this.options;
    const isFree = this.running < reserved;
    if (clock.now > deadline || (!isFree && retries >= (this.retrier?.MaxAttempts ?? 0))) end(false);
    else if (isFree) this.run(deadline, end);
    else clock.at(clock.now + this.pauseBefore(retries), () => this.invoke(deadline, end, retries + 1));
  }

  private run(deadline: number, end: (done: boolean) => void): void {
    const { clock, duration } = this.options;
    this.running += 1;
    clock.at(clock.now + duration, () => {
      this.running -= 1;
      end(clock.now <= deadline);
    });
  }

  /** Seconds, with full jitter. */
  private pauseBefore(retries: number): number {
    const { IntervalSeconds = 0, BackoffRate = 1, MaxDelaySeconds = Infinity } = this.retrier ?? {};
    return this.options.random() * Math.min(IntervalSeconds * BackoffRate ** retries, MaxDelaySeconds);
  }
}
