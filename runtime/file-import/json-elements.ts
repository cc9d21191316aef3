import { maxOrderBytes } from "../orders/order-text";
import { BoundedText } from "./bounded-text";
import { FileRefused } from "./file-refused";
import type { FileRow } from "./file-row";
import { UndecodableByte } from "./file-text";
import type { TextFromLine } from "./peek-text";

/**
 * The elements of a JSON array, each as the text it was written in: so the limit of an order's size holds here as well,
 * and an element that is not JSON is rejected alone. Throws FileRefused when the array itself is broken.
 */
export async function* jsonElements({ whole }: TextFromLine): AsyncGenerator<FileRow> {
  const array = new ArrayScanner();
  try {
    for await (const piece of whole) yield* array.scan(piece);
  } catch (error) {
    throw error instanceof UndecodableByte ? error.at(array.place) : error;
  }
  array.end();
}

class ArrayScanner {
  private readonly structural = /["\\[\]{},]/g;
  private readonly element = new BoundedText(maxOrderBytes);
  private row = 0;
  /** Of the brackets that are open; 1 is the array's own. */
  private depth = 0;
  private inString = false;
  private escaped = false;
  private closed = false;

  get place(): string {
    return `element ${this.row + 1}, character ${this.element.length + 1}`;
  }

  *scan(piece: string): Generator<FileRow> {
    const { structural } = this;
    let begin = 0;
    structural.lastIndex = 0;
    if (this.escaped && piece.length > 0) {
      this.escaped = false;
      structural.lastIndex = 1;
    }
    for (let match = structural.exec(piece); match !== null; match = structural.exec(piece)) {
      const at = match.index;
      if (this.inString) {
        if (match[0] === "\\") {
          structural.lastIndex = at + 2;
          this.escaped = at + 1 === piece.length;
        } else if (match[0] === '"') this.inString = false;
        continue;
      }
      const ends = this.depth === 1 && (match[0] === "," || match[0] === "]");
      if (ends) {
        this.element.add(piece.slice(begin, at));
        begin = at + 1;
        const row = this.finish(match[0] === "]");
        if (row !== undefined) yield row;
      }
      if (this.depth === 0) begin = this.open(piece, begin, at);
      else if (this.depth === 1 && match[0] === "}") throw this.broken(`a } closes it in element ${this.row + 1}`);
      else this.step(match[0]);
    }
    if (this.depth > 0) this.element.add(piece.slice(begin));
    else this.assertBlank(piece.slice(begin));
  }

  end(): void {
    if (!this.closed) throw this.broken(`it ends before its closing bracket${this.inString ? ", within a text" : ""}`);
  }

  /** The array's own opening bracket, with nothing else before it. */
  private open(piece: string, begin: number, at: number): number {
    this.assertBlank(piece.slice(begin, at));
    if (this.closed || piece[at] !== "[") throw this.broken(`there is ${JSON.stringify(piece[at])} outside of it`);
    this.depth = 1;
    return at + 1;
  }

  private step(character: string): void {
    if (character === '"') this.inString = true;
    else if (character === "[" || character === "{") this.depth += 1;
    else if (character === "]" || character === "}") this.depth -= 1;
    if (this.depth === 0) this.closed = true;
  }

  private finish(last: boolean): FileRow | undefined {
    const { text, characters } = this.element.take();
    // An array may be empty, but it may not have a gap.
    if (text?.trim() === "") {
      if (last && this.row === 0) return undefined;
      throw this.broken(`element ${this.row + 1} is missing`);
    }
    this.row += 1;
    return text === undefined
      ? { kind: "too-large", row: this.row, bytes: characters }
      : { kind: "json", row: this.row, text: text.trim() };
  }

  private assertBlank(text: string): void {
    if (text.trim() !== "") throw this.broken(`there is ${JSON.stringify(text.trim().slice(0, 20))} outside of it`);
  }

  private broken(how: string): FileRefused {
    return new FileRefused("malformed_json", `The JSON array is broken: ${how}, after ${this.row} elements.`);
  }
}
