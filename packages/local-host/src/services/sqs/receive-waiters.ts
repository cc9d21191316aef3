import type { HeldMessage } from "./queue-store";

interface Waiter {
  readonly max: number;
  readonly visibilitySeconds: number | undefined;
  readonly resolve: (messages: readonly HeldMessage[]) => void;
}

export interface ReceiveRequest {
  readonly max: number;
  readonly waitSeconds: number;
  readonly visibilitySeconds: number | undefined;
  readonly signal: AbortSignal | undefined;
}

type Take = (max: number, visibilitySeconds: number | undefined) => readonly HeldMessage[];

/** The long polls of a queue, served in the order in which they came. */
export class ReceiveWaiters {
  private readonly waiters = new Set<Waiter>();
  private readonly take: Take;
  private handOutScheduled = false;

  constructor(take: Take) {
    this.take = take;
  }

  receive({ max, waitSeconds, visibilitySeconds, signal }: ReceiveRequest): Promise<readonly HeldMessage[]> {
    const now = this.waiters.size === 0 ? this.take(max, visibilitySeconds) : [];
    if (now.length > 0 || waitSeconds <= 0 || signal?.aborted === true) return Promise.resolve(now);
    return new Promise((resolve) => {
      const done = (messages: readonly HeldMessage[]) => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", giveUp);
        this.waiters.delete(waiter);
        resolve(messages);
      };
      const giveUp = () => done([]);
      const waiter: Waiter = { max, visibilitySeconds, resolve: done };
      const timer = setTimeout(giveUp, waitSeconds * 1_000);
      signal?.addEventListener("abort", giveUp);
      this.waiters.add(waiter);
    });
  }

  /** In a microtask, so that the messages of one batch go out together. */
  handOutSoon(): void {
    if (this.handOutScheduled || this.waiters.size === 0) return;
    this.handOutScheduled = true;
    queueMicrotask(() => {
      this.handOutScheduled = false;
      for (const waiter of [...this.waiters]) {
        const messages = this.take(waiter.max, waiter.visibilitySeconds);
        if (messages.length === 0) return;
        waiter.resolve(messages);
      }
    });
  }

  /** Ends every wait with nothing. */
  stop(): void {
    for (const waiter of [...this.waiters]) waiter.resolve([]);
  }
}
