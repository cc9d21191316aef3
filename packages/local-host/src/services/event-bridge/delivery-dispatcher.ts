import type { HostContext } from "../../kernel/host-context";
import { deadLetter } from "./dead-letter";
import { deliverToTarget } from "./deliver-to-target";
import { type DeliveryError, deliveryErrorFrom } from "./delivery-error";
import type { Delivery, DeliveryJournal } from "./delivery-journal";
import type { DeliveryTarget } from "./delivery-target";

/** Deliveries under way at one time; more wait for their turn. */
const CONCURRENCY = 128;

/** Milliseconds until try `attempt` + 1: 1 s doubled up to 512 s (185 of them fill a day), with jitter. */
export const exponentialBackoff = (attempt: number): number =>
  Math.min(1000 * 2 ** (attempt - 1), 512_000) * (0.5 + Math.random() / 2);

/** Brings accepted events to their targets, with retries, and to the dead-letter queue when they are exhausted. */
export class DeliveryDispatcher {
  private readonly context: HostContext;
  private readonly journal: DeliveryJournal;
  private readonly backoff: (attempt: number) => number;
  private readonly targets = new Map<string, DeliveryTarget>();
  private readonly retries = new Set<() => void>();
  private readonly waiting: Delivery[] = [];
  private readonly running = new Set<Promise<void>>();
  private stopped = false;

  constructor(context: HostContext, journal: DeliveryJournal, backoff: (attempt: number) => number) {
    this.context = context;
    this.journal = journal;
    this.backoff = backoff;
  }

  addTarget(target: DeliveryTarget): void {
    this.targets.set(target.key, target);
  }

  /** Takes up what an earlier run left undone. */
  resume(): void {
    for (const delivery of this.journal.unfinished()) {
      if (this.targets.has(delivery.targetKey)) this.schedule(delivery);
      else this.forget(delivery);
    }
  }

  dispatch(delivery: Delivery): void {
    if (this.stopped) return;
    if (this.running.size >= CONCURRENCY) {
      this.waiting.push(delivery);
      return;
    }
    const run = this.attempt(delivery).finally(() => {
      this.running.delete(run);
      const next = this.waiting.shift();
      if (next !== undefined) this.dispatch(next);
    });
    this.running.add(run);
  }

  /** Stops retries and waits for what is under way; what is not done stays in the journal. */
  async stop(graceMs = 2000): Promise<void> {
    this.stopped = true;
    for (const giveUp of this.retries) giveUp();
    this.retries.clear();
    let grace: NodeJS.Timeout | undefined;
    const elapsed = new Promise<void>((resolve) => {
      grace = setTimeout(resolve, graceMs);
    });
    await Promise.race([Promise.allSettled(this.running), elapsed]);
    clearTimeout(grace);
  }

  private schedule(delivery: Delivery): void {
    const { clock } = this.context;
    if (delivery.nextAttemptAt <= clock.now()) {
      this.dispatch(delivery);
      return;
    }
    const giveUp = clock.when(delivery.nextAttemptAt, () => {
      this.retries.delete(giveUp);
      this.dispatch(delivery);
    });
    this.retries.add(giveUp);
  }

  private async attempt(delivery: Delivery): Promise<void> {
    const target = this.targets.get(delivery.targetKey);
    if (target === undefined) {
      this.forget(delivery);
      return;
    }
    const refusal = target.refusal();
    if (refusal !== undefined) {
      await this.failed(delivery, target, refusal);
      return;
    }
    target.count("attempted");
    try {
      await deliverToTarget(this.context, target, target.payload(delivery.event), delivery.traceHeader);
    } catch (error) {
      await this.failed(delivery, target, deliveryErrorFrom(error));
      return;
    }
    target.count("delivered");
    this.journal.done(delivery.id);
  }

  private async failed(delivery: Delivery, target: DeliveryTarget, error: DeliveryError): Promise<void> {
    const attempts = delivery.attempts + 1;
    const nextAttemptAt = this.context.clock.now() + this.backoff(attempts);
    const exhausted = !error.retriable
      ? undefined
      : attempts > target.maximumRetryAttempts
        ? "MaximumRetryAttempts"
        : nextAttemptAt - delivery.acceptedAt > target.maximumEventAgeInSeconds * 1000
          ? "MaximumEventAgeInSeconds"
          : "none yet";
    if (exhausted === "none yet") {
      const next = { ...delivery, attempts, nextAttemptAt };
      this.journal.retryLater(next);
      target.count("retried");
      this.context.events.publish({
        level: "warn",
        resource: target.key,
        what: "delivery failed, will be retried",
        detail: { target: target.arn, attempts, error: error.code, message: error.message },
      });
      if (!this.stopped) this.schedule(next);
      return;
    }
    target.count("failed");
    await deadLetter(this.context, target, { event: delivery.event, error, attempts, exhausted });
    this.journal.done(delivery.id);
  }

  private forget(delivery: Delivery): void {
    this.context.events.publish({
      level: "warn",
      resource: delivery.targetKey,
      what: "dropped",
      detail: { reason: "the target is no longer declared", event: delivery.event },
    });
    this.journal.done(delivery.id);
  }
}
