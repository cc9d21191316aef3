/** A clock that jumps from one planned action to the next; actions of the same moment run in the order in which they were planned. */
export class VirtualClock {
  /** Seconds since the beginning. */
  now = 0;
  private sequence = 0;
  private readonly heap: { readonly time: number; readonly sequence: number; readonly action: () => void }[] = [];

  /** Plans an action. */
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

  /** Runs every action, and those that they plan. */
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
