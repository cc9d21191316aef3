import { seeded } from "./seeded";
import { type Retrier, ThrottledFunction } from "./throttled-function";
import { VirtualClock } from "./virtual-clock";
import { type Message, WaitingMessages } from "./waiting-messages";

export interface Burst {
  /** Orders that are placed, by the second in which they are; all at once at the beginning: `[5_000]`. */
  readonly placed: readonly number[];
  /** Seconds that the payment service takes for an answer. */
  readonly paymentSeconds: number;
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  /** Reserved concurrency of take-payment and of ship-order. */
  readonly reserved: number;
  readonly retriers: readonly Retrier[];
  readonly visibilityTimeout: number;
  readonly maxReceives: number;
  readonly executionTimeout: number;
}

/** The state at a moment. */
export interface BurstSample {
  readonly second: number;
  /** Orders in the queue, including those that are hidden until a retry. */
  readonly waiting: number;
  /** Seconds since the oldest of them was placed. */
  readonly oldest: number;
  /** Orders shipped so far. */
  readonly shipped: number;
}

export interface BurstResult {
  /** Executions that failed; each has used up a receive. */
  readonly failed: number;
  readonly deadLetters: number;
  /** Seconds until the last order was shipped or dead-lettered. */
  readonly seconds: number;
  /** One for each second. */
  readonly samples: readonly BurstSample[];
}

const shippingSeconds = 0.2;

/**
 * What a burst of placed orders comes to, in virtual time: an SQS mapping at its full concurrency from the start, a batch's
 * executions side by side, and two functions behind them that throttle above their reservation. A failed message is received
 * again after the visibility timeout, until it is dead-lettered. Repeatable: the jitter is seeded.
 */
export function simulateFulfilment(burst: Burst): BurstResult {
  const clock = new VirtualClock();
  const { reserved, retriers } = burst;
  const functions = { clock, random: seeded(12), reserved, retriers };
  const takePayment = new ThrottledFunction({ ...functions, duration: burst.paymentSeconds });
  const shipOrder = new ThrottledFunction({ ...functions, duration: shippingSeconds });
  const queue = new WaitingMessages();
  const samples: BurstSample[] = [];
  let shipped = 0;
  let hidden = 0;
  let invocations = 0;
  let failed = 0;
  let deadLetters = 0;
  let seconds = 0;

  const poll = (): void => {
    while (invocations < burst.maximumConcurrency && queue.length > 0) {
      const batch = queue.take(burst.batchSize).filter((message) => {
        message.receives += 1;
        if (message.receives <= burst.maxReceives) return true;
        deadLetters += 1;
        seconds = clock.now;
        return false;
      });
      if (batch.length > 0) invoke(batch);
    }
  };

  const invoke = (batch: readonly Message[]): void => {
    invocations += 1;
    const received = clock.now;
    let open = batch.length;
    for (const message of batch) {
      execute(message, (done) => {
        if (done) {
          seconds = clock.now;
          shipped += 1;
        } else {
          failed += 1;
          hidden += 1;
          clock.at(received + burst.visibilityTimeout, () => {
            hidden -= 1;
            queue.push(message);
            poll();
          });
        }
        open -= 1;
        if (open > 0) return;
        invocations -= 1;
        poll();
      });
    }
  };

  const execute = (message: Message, end: (done: boolean) => void): void => {
    const deadline = clock.now + burst.executionTimeout;
    const ship = () => shipOrder.invoke(deadline, end);
    const afterPayment = (paid: boolean): void => {
      message.paid = paid;
      if (paid) ship();
      else end(false);
    };
    if (message.paid) ship();
    else takePayment.invoke(deadline, afterPayment);
  };

  const ended = (): boolean => shipped + deadLetters >= total;
  const total = burst.placed.reduce((sum, count) => sum + count, 0);
  for (const [second, count] of burst.placed.entries()) {
    clock.at(second, () => {
      for (let placed = 0; placed < count; placed += 1) queue.push({ placed: second, receives: 0, paid: false });
      poll();
    });
  }
  const sample = (): void => {
    const oldest = queue.length === 0 ? 0 : clock.now - queue.oldest;
    samples.push({ second: clock.now, waiting: queue.length + hidden, oldest, shipped });
    if (!ended()) clock.at(clock.now + 1, sample);
  };
  clock.at(0, sample);
  clock.run();
  return { failed, deadLetters, seconds: Math.round(seconds), samples };
}
