/** Collects a text from pieces, and only counts it once it is longer than `limit` characters. */
export class BoundedText {
  private readonly limit: number;
  private pieces: string[] = [];
  private characters = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Characters since it began anew, kept or not. */
  get length(): number {
    return this.characters;
  }

  add(piece: string): void {
    this.characters += piece.length;
    if (this.characters > this.limit) this.pieces = [];
    else this.pieces.push(piece);
  }

  /** Gives what was collected and begins anew. */
  take(): { readonly text: string | undefined; readonly characters: number } {
    const taken = {
      text: this.characters > this.limit ? undefined : this.pieces.join(""),
      characters: this.characters,
    };
    this.pieces = [];
    this.characters = 0;
    return taken;
  }
}
