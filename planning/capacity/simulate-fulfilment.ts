/** How AWS tries a task again, of a state's Retry. */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds?: number;
}

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

/** How things stand at a moment. */
export interface BurstSample {
  readonly second: number;
  /** Orders in the queue, and those that come again later. */
  readonly waiting: number;
  /** Seconds since the oldest of them was placed. */
  readonly oldest: number;
  /** Orders shipped so far. */
  readonly shipped: number;
}

export interface BurstResult {
  /** Executions that failed; each is a receive in vain. */
  readonly failed: number;
  readonly deadLetters: number;
  /** Seconds until the last order was shipped or dead-lettered. */
  readonly seconds: number;
  /** One for each second. */
  readonly samples: readonly BurstSample[];
}

const shippingSeconds = 0.2;
const throttled = "Lambda.TooManyRequestsException";

/**
 * What a burst of placed orders comes to, in virtual time: an SQS mapping at its full concurrency from the start, a batch's
 * executions side by side, and two functions behind them that throttle above their reservation. A failed message is received
 * again after the visibility timeout, until it is dead-lettered. Repeatable: the jitter is seeded.
 */
export function simulateFulfilment(burst: Burst): BurstResult {
  const clock = new VirtualClock();
  const random = seeded(12);
  const queue = new WaitingMessages();
  const samples: BurstSample[] = [];
  let shipped = 0;
  let hidden = 0;
  const running = { payment: 0, shipping: 0 };
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
    const ship = () => call("shipping", shippingSeconds, deadline, end);
    const afterPayment = (paid: boolean) => {
      message.paid = paid;
      if (paid) ship();
      else end(false);
    };
    if (message.paid) ship();
    else call("payment", burst.paymentSeconds, deadline, afterPayment);
  };

  const call = (name: keyof typeof running, duration: number, deadline: number, end: (done: boolean) => void): void => {
    const retrier = burst.retriers.find(({ ErrorEquals }) => ErrorEquals.includes(throttled));
    const attempt = (tries: number): void => {
      const isFree = running[name] < burst.reserved;
      if (clock.now > deadline || (!isFree && tries >= (retrier?.MaxAttempts ?? 0))) end(false);
      else if (isFree) run();
      else clock.at(clock.now + pauseAfter(tries), () => attempt(tries + 1));
    };
    const run = (): void => {
      running[name] += 1;
      clock.at(clock.now + duration, () => {
        running[name] -= 1;
        end(clock.now <= deadline);
      });
    };
    const pauseAfter = (tries: number): number => {
      const { IntervalSeconds = 0, BackoffRate = 1, MaxDelaySeconds = Infinity } = retrier ?? {};
      return random() * Math.min(IntervalSeconds * BackoffRate ** tries, MaxDelaySeconds);
    };
    attempt(0);
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

interface Message {
  /** The second in which it was placed. */
  readonly placed: number;
  receives: number;
  paid: boolean;
}

/** A queue whose front moves on, so that a long one costs no more to take from than a short one. */
class WaitingMessages {
  private messages: Message[] = [];
  private front = 0;

  get length(): number {
    return this.messages.length - this.front;
  }

  /** The second in which the one at the front was placed. */
  get oldest(): number {
    return this.messages[this.front]?.placed ?? 0;
  }

  push(message: Message): void {
    this.messages.push(message);
  }

  take(count: number): readonly Message[] {
    const taken = this.messages.slice(this.front, this.front + count);
    this.front += taken.length;
    if (this.front > 10_000) {
      this.messages = this.messages.slice(this.front);
      this.front = 0;
    }
    return taken;
  }
}

class VirtualClock {
  now = 0;
  private sequence = 0;
  private readonly heap: { readonly time: number; readonly sequence: number; readonly action: () => void }[] = [];

  at(time: number, action: () => void): void {
    const { heap } = this;
    this.sequence += 1;
    heap.push({ time, sequence: this.sequence, action });
    for (let index = heap.length - 1; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!this.isBefore(index, parent)) break;
      this.swap(index, parent);
      index = parent;
    }
  }

  run(): void {
    for (let next = this.take(); next !== undefined; next = this.take()) {
      this.now = next.time;
      next.action();
    }
  }

  private take() {
    const { heap } = this;
    if (heap.length > 1) this.swap(0, heap.length - 1);
    const first = heap.pop();
    for (let index = 0; ; ) {
      const children = [2 * index + 1, 2 * index + 2].filter((child) => child < heap.length);
      const [left, right] = children;
      const least = left !== undefined && right !== undefined && this.isBefore(right, left) ? right : left;
      if (least === undefined || !this.isBefore(least, index)) return first;
      this.swap(index, least);
      index = least;
    }
  }

  private isBefore(one: number, other: number): boolean {
    const [a, b] = [this.heap[one], this.heap[other]];
    if (a === undefined || b === undefined) return false;
    return a.time < b.time || (a.time === b.time && a.sequence < b.sequence);
  }

  private swap(one: number, other: number): void {
    const [a, b] = [this.heap[one], this.heap[other]];
    if (a === undefined || b === undefined) return;
    this.heap[one] = b;
    this.heap[other] = a;
  }
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
const seeded = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
