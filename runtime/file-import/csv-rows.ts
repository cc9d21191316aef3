import { Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { maxOrderBytes } from "../orders/order-text";
import { columnsOf, delimiterOf } from "./csv-header";
import { FileRefused } from "./file-refused";
import type { Column, FileRow } from "./file-row";
import { peekText } from "./peek-text";

/** Or as much of a very long one as an order may have. */
const hasFirstLine = (begin: string): boolean => /[\r\n]/.test(begin) || begin.length > maxOrderBytes;

/** The rows of a CSV file below its header; blank ones are numbered but left out. Throws FileRefused when it is broken. */
export async function* csvRows(text: AsyncIterable<string>): AsyncGenerator<FileRow> {
  const { begin, whole } = await peekText(text, hasFirstLine);
  const delimiter = delimiterOf(begin.split(/[\r\n]/)[0] ?? "");
  const parser = parse({
    delimiter,
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    // `15" monitor` is what it says.
    relax_quotes: true,
    max_record_size: maxOrderBytes,
  });
  // Destroys the parser when the text fails, and the text when nobody reads on.
  const source = Readable.from(whole);
  source.on("error", (error) => parser.destroy(error));
  let row = 0;
  let named: readonly Column[] = [];
  try {
    for await (const cells of source.pipe(parser) as AsyncIterable<string[]>) {
      row += 1;
      if (row === 1) named = columnsOf(cells);
      else yield* rowOf(row, cells, named);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new FileRefused("malformed_csv", `The file is no proper CSV: ${error.message}`);
  } finally {
    source.destroy();
  }
}

function* rowOf(row: number, given: readonly string[], named: readonly Column[]): Generator<FileRow> {
  const cells = given.map((cell) => cell.trim());
  if (cells.every((cell) => cell === "")) return;
  const surplus = cells.slice(named.length).find((cell) => cell !== "");
  if (surplus !== undefined) yield { kind: "surplus", row, value: surplus, columns: named.length };
  else {
    const filled = named.flatMap((name, index) => (cells[index] ? [[name, cells[index]] as const] : []));
    yield { kind: "cells", row, cells: Object.fromEntries(filled) };
  }
}
