/** Tells readers of a table's stream that something was written. */
export class StreamWakeups {
  private readonly waiting = new Map<string, Set<() => void>>();

  wake(tableName: string): void {
    const waiting = this.waiting.get(tableName);
    if (waiting === undefined) return;
    this.waiting.delete(tableName);
    for (const wake of waiting) wake();
  }

  /** Resolves at the table's next write, after `timeout` milliseconds, or when the signal is aborted. */
  next(
    tableName: string,
    timeout: number,
    signal: AbortSignal,
  ): { readonly promise: Promise<void>; readonly cancel: () => void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.waiting.get(tableName) ?? new Set();
    this.waiting.set(tableName, waiting);
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      waiting.delete(done);
      resolve();
    };
    const timer = setTimeout(done, timeout);
    timer.unref();
    signal.addEventListener("abort", done);
    waiting.add(done);
    return { promise, cancel: done };
  }
}
