import type { Clock } from "../../kernel/clock";

/** Waits that double from `firstMs` to `longestMs`, each at random between half and the whole of it. */
export class Backoff {
  private readonly clock: Clock;
  private readonly firstMs: number;
  private readonly longestMs: number;
  private failures = 0;

  constructor(clock: Clock, firstMs: number, longestMs: number) {
    this.clock = clock;
    this.firstMs = firstMs;
    this.longestMs = longestMs;
  }

  reset(): void {
    this.failures = 0;
  }

  /** Resolves after the next wait, or at once when `signal` is aborted. */
  async wait(signal: AbortSignal): Promise<void> {
    const longest = Math.min(this.firstMs * 2 ** this.failures, this.longestMs);
    this.failures += 1;
    await this.clock.pause(longest * (0.5 + Math.random() / 2), signal);
  }
}
