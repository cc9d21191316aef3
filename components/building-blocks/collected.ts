/**
 * What a program declares piece by piece although AWS takes it as a whole: a queue has one policy for all its senders. It is
 * complete at the end of the turn of the event loop that began it, which is when Pulumi sends the first of its requests.
 */
export class Collected<Piece> {
  readonly all: Promise<readonly Piece[]>;
  private readonly pieces: Piece[] = [];
  private readonly owner: string;
  private complete = false;

  /** @param owner names whose pieces these are, in the error: "the policy of the queue thumbnails" */
  constructor(owner: string) {
    this.owner = owner;
    this.all = new Promise((settle) => setImmediate(settle)).then(() => {
      this.complete = true;
      return this.pieces;
    });
  }

  /** @throws once all pieces have been used, as after an `await` on something of the network or the disk */
  add(piece: Piece): void {
    if (this.complete) {
      throw new Error(
        `${this.owner} is complete: connect the queue in the same turn of the event loop that makes it, before the program awaits anything.`,
      );
    }
    this.pieces.push(piece);
  }
}
