/** Which records of a stream are done with, when several parts of it are worked on at the same time. */
export class StreamProgress {
  private readonly open: { readonly sequenceNumber: string; done: boolean }[] = [];
  private readonly bySequence = new Map<string, { done: boolean }>();

  /** Records read and not behind the checkpoint yet. */
  get outstanding(): number {
    return this.open.length;
  }

  add(sequenceNumber: string): void {
    const entry = { sequenceNumber, done: false };
    this.open.push(entry);
    this.bySequence.set(sequenceNumber, entry);
  }

  /** Returns the new checkpoint, the last record before which everything is done, if it has moved. */
  done(sequenceNumbers: readonly string[]): string | undefined {
    for (const sequenceNumber of sequenceNumbers) {
      const entry = this.bySequence.get(sequenceNumber);
      if (entry !== undefined) entry.done = true;
      this.bySequence.delete(sequenceNumber);
    }
    const finished = this.open.findIndex(({ done }) => !done);
    return this.open.splice(0, finished === -1 ? this.open.length : finished).at(-1)?.sequenceNumber;
  }
}
