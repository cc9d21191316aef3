/** Milliseconds. Messages that become visible within this time of each other do so together. */
const slack = 2;

/** Milliseconds; setTimeout takes no more. */
const longest = 2 ** 31 - 1;

/** Acts at the earliest of the moments it was told, once; whoever it calls tells it the next. */
export class DueTimer {
  private timer: NodeJS.Timeout | undefined;
  private earliest = Number.POSITIVE_INFINITY;
  private readonly act: () => void;

  constructor(act: () => void) {
    this.act = act;
  }

  /** @param moment epoch milliseconds */
  due(moment: number): void {
    if (moment >= this.earliest) return;
    this.stop();
    this.earliest = moment;
    this.timer = setTimeout(
      () => {
        this.earliest = Number.POSITIVE_INFINITY;
        this.act();
      },
      Math.min(Math.max(moment - Date.now(), 0) + slack, longest),
    );
    this.timer.unref();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.earliest = Number.POSITIVE_INFINITY;
  }
}
