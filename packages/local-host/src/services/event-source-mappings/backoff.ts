import { setTimeout as delay } from "node:timers/promises";

/** Waits that double from `firstMs` to `longestMs`, each at random between half and the whole of it. */
export class Backoff {
  private readonly firstMs: number;
  private readonly longestMs: number;
  private failures = 0;

  constructor(firstMs: number, longestMs: number) {
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
    await delay(longest * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
  }
}
