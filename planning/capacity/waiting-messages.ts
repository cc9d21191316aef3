/** A placed order in the queue. */
export interface Message {
  /** The second in which it was placed. */
  readonly placed: number;
  receives: number;
  paid: boolean;
}

/** A queue whose front moves on, so that a long one costs no more to take from than a short one. */
export class WaitingMessages {
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
