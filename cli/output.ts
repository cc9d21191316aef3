import { styleText } from "node:util";
import Table from "cli-table3";

/** Where results are printed. */
export interface Printer {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Prints results: a table for people on a terminal; JSON on a pipe, or when it is asked for. */
export class Output {
  private readonly json: boolean;
  private readonly to: Printer;

  constructor(options: { readonly json?: boolean }, to: Printer = process.stdout) {
    this.json = options.json === true || to.isTTY !== true;
    this.to = to;
  }

  /** True when progress may be shown on the way. */
  get forPeople(): boolean {
    return !this.json;
  }

  /** One result: its JSON, or its fields one below the other. */
  one(result: Readonly<Record<string, unknown>>): void {
    this.write(this.json ? JSON.stringify(result) : fieldsOf(result));
  }

  /** A list: its JSON, or one row for each, of the named fields. */
  many(
    results: readonly Readonly<Record<string, unknown>>[],
    fields: readonly string[],
    whole: unknown = results,
  ): void {
    this.write(this.json ? JSON.stringify(whole) : rowsOf(results, fields));
  }

  /** A list that may be long: a line of JSON for each, or one row. */
  lines(results: readonly Readonly<Record<string, unknown>>[], fields: readonly string[]): void {
    if (this.json) for (const result of results) this.one(result);
    else this.write(rowsOf(results, fields));
  }

  write(text: string): void {
    this.to.write(`${text}\n`);
  }

  /** What is not a result: it stays out of the way of whoever reads those. */
  note(text: string): void {
    process.stderr.write(`${text}\n`);
  }
}

function fieldsOf(result: Readonly<Record<string, unknown>>): string {
  const table = plainTable([]);
  for (const [name, value] of Object.entries(result)) {
    if (value !== undefined) table.push([styleText("dim", name), shown(value)]);
  }
  return table.toString();
}

function rowsOf(results: readonly Readonly<Record<string, unknown>>[], fields: readonly string[]): string {
  if (results.length === 0) return "none";
  const table = plainTable(fields.map((field) => styleText("bold", field)));
  for (const result of results) table.push(fields.map((field) => shown(result[field])));
  return table.toString();
}

const plainTable = (head: string[]): Table.Table =>
  new Table({
    head,
    chars: {
      top: "",
      "top-mid": "",
      "top-left": "",
      "top-right": "",
      bottom: "",
      "bottom-mid": "",
      "bottom-left": "",
      "bottom-right": "",
      left: "",
      "left-mid": "",
      mid: "",
      "mid-mid": "",
      right: "",
      "right-mid": "",
      middle: "  ",
    },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });

const colours: Readonly<Record<string, "green" | "red" | "yellow">> = {
  SHIPPED: "green",
  REJECTED: "red",
  CANCELLED: "yellow",
};

/** Lines of an order as `2 x Laptop`; other lists and objects as JSON; a final status in its colour. */
function shown(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(lineOf).join(", ");
  if (typeof value === "object") return JSON.stringify(value);
  const text = String(value);
  const colour = colours[text];
  return colour === undefined ? text : styleText(colour, text);
}

const lineOf = (value: unknown): string =>
  typeof value === "object" && value !== null && "item" in value && "quantity" in value
    ? `${String(value.quantity)} x ${String(value.item)}`
    : JSON.stringify(value);
