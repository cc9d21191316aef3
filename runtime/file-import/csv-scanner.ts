import { maxOrderBytes } from "../orders/order-text";

/** Lines of a CSV that belong together by its quotes. */
export interface CsvRecord {
  /** Number of its first line, and of its last. */
  readonly row: number;
  readonly lastRow: number;
  /** Undefined when they are longer than an order may be: they were not kept. */
  readonly cells: readonly string[] | undefined;
  readonly characters: number;
  /** The quote that opens in one line and closes in another, or closes before more text. */
  readonly quote: OpenQuote | undefined;
  /** Whether there is more text behind the closing quote, so that the cells are not to be told apart. */
  readonly broken: boolean;
}

export interface OpenQuote {
  readonly row: number;
  /** Of the cell, from 0. */
  readonly cell: number;
}

const [quote, lineFeed, carriageReturn, space] = [0x22, 0x0a, 0x0d, 0x20];

type State =
  | "cell-begins"
  | "plain"
  | "quoted"
  /** Behind a quote in quotes: the closing one, or half of a doubled one. */
  | "closing"
  /** To the end of a line that is broken. */
  | "skipping";

/**
 * Splits a CSV (RFC 4180) into records as it comes, piece by piece. It holds no more than one record of the size of an
 * order, knows in which line each quote opened, and goes on behind a record that is broken.
 */
export class CsvScanner {
  private readonly delimiter: number;
  private state: State = "cell-begins";
  private cells: string[] = [];
  private cell = "";
  private characters = 0;
  private row: number;
  private line: number;
  private last = 0;
  private opened: OpenQuote | undefined;
  private spanning: OpenQuote | undefined;
  private cellCount = 0;

  /** `line` is the number of the first line. */
  constructor(delimiter: string, line: number) {
    this.delimiter = delimiter.charCodeAt(0);
    this.row = line;
    this.line = line;
  }

  /** Where the next character is. */
  get place(): { readonly row: number; readonly cell: number } {
    return { row: this.line, cell: this.cellCount };
  }

  /** Characters that are held of the record so far. */
  get held(): number {
    return this.cells.reduce((sum, cell) => sum + cell.length, this.cells.length) + this.cell.length;
  }

  *scan(piece: string): Generator<CsvRecord> {
    const { delimiter } = this;
    let begin = 0;
    for (let at = 0; at < piece.length; at += 1) {
      const code = piece.charCodeAt(at);
      const ends = code === lineFeed || code === carriageReturn;
      const secondHalf = code === lineFeed && this.last === carriageReturn;
      this.last = code;
      if (this.state === "quoted") {
        if (code === quote) {
          this.add(piece.slice(begin, at));
          this.state = "closing";
        } else if (ends && !secondHalf) {
          this.spanning ??= this.opened;
          this.line += 1;
        }
      } else if (ends) {
        if (secondHalf) continue;
        if (this.state === "plain") this.add(piece.slice(begin, at));
        yield this.endRecord();
      } else if (this.state === "skipping") {
        // What follows is not to be told apart.
      } else if (code === delimiter) {
        if (this.state === "plain") this.add(piece.slice(begin, at));
        this.endCell();
        this.state = "cell-begins";
      } else if (this.state === "cell-begins") {
        begin = at;
        this.state = "plain";
        if (code === quote) {
          begin = at + 1;
          this.state = "quoted";
          this.opened = { row: this.line, cell: this.cellCount };
        }
      } else if (this.state === "closing") {
        if (code === quote) {
          // Doubled: one of them is text.
          begin = at;
          this.state = "quoted";
        } else if (code !== space) this.state = "skipping";
      }
    }
    if (this.state === "plain" || this.state === "quoted") this.add(piece.slice(begin));
  }

  /** The last record, when no line end follows it; or the quote that never closes. */
  end(): CsvRecord | { readonly unclosed: OpenQuote } | undefined {
    if (this.state === "quoted" && this.opened !== undefined) return { unclosed: this.opened };
    return this.state === "cell-begins" && this.cellCount === 0 ? undefined : this.endRecord();
  }

  private add(text: string): void {
    this.characters += text.length;
    if (this.characters <= maxOrderBytes) this.cell += text;
    else this.drop();
  }

  private endCell(): void {
    this.cellCount += 1;
    // Its delimiter counts as well: blank cells without end are too long, too.
    this.characters += 1;
    if (this.characters <= maxOrderBytes) this.cells.push(this.cell);
    else this.drop();
    this.cell = "";
  }

  private drop(): void {
    this.cells = [];
    this.cell = "";
  }

  private endRecord(): CsvRecord {
    const broken = this.state === "skipping";
    this.endCell();
    const record = {
      row: this.row,
      lastRow: this.line,
      cells: this.characters <= maxOrderBytes ? this.cells : undefined,
      characters: this.characters,
      quote: broken ? this.opened : this.spanning,
      broken,
    };
    this.line += 1;
    this.row = this.line;
    this.state = "cell-begins";
    this.cells = [];
    this.cellCount = 0;
    this.characters = 0;
    this.opened = undefined;
    this.spanning = undefined;
    return record;
  }
}
