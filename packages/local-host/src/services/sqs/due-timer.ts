import type { Clock } from "../../kernel/clock";

/** Milliseconds. Messages that become visible within this time of each other do so together. */
const slack = 2;

/** Calls back once, at the earliest of the given moments; the callback sets the next one. */
export class DueTimer {
  private giveUp: (() => void) | undefined;
  private earliest = Number.POSITIVE_INFINITY;
  private readonly clock: Clock;
  private readonly act: () => void;

  constructor(clock: Clock, act: () => void) {
    this.clock = clock;
    this.act = act;
  }

  /** @param moment of the clock, in milliseconds */
  due(moment: number): void {
    if (moment >= this.earliest) return;
    this.stop();
    this.earliest = moment;
    this.giveUp = this.clock.when(moment + slack, () => {
      this.earliest = Number.POSITIVE_INFINITY;
      this.act();
    });
  }

  stop(): void {
    this.giveUp?.();
    this.earliest = Number.POSITIVE_INFINITY;
  }
}
