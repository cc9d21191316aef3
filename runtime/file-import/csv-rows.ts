import { columnsOf, csvStart } from "./csv-header";
import { type CsvRecord, CsvScanner, type OpenQuote } from "./csv-scanner";
import { FileRefused } from "./file-refused";
import type { Column, FileRow } from "./file-row";
import { UndecodableByte } from "./file-text";
import type { TextFromLine } from "./peek-text";

/** The rows of a CSV file below its header; blank ones are numbered but left out. Throws FileRefused when it is broken. */
export async function* csvRows(text: TextFromLine): AsyncGenerator<FileRow> {
  const { start, whole } = await csvStart(text);
  const scanner = new CsvScanner(start.delimiter, start.line);
  let { skipped } = start;
  let named: readonly Column[] | undefined;
  function* rowsOf(records: Iterable<CsvRecord>): Generator<FileRow> {
    for (const record of records) {
      if (named === undefined) named = columnsOfHeader(record);
      else yield* rowOf(record, named);
    }
  }
  try {
    for await (const piece of whole) {
      yield* rowsOf(scanner.scan(piece.slice(skipped)));
      skipped = 0;
    }
  } catch (error) {
    throw error instanceof UndecodableByte ? error.at(placeOf(scanner.place, named)) : error;
  }
  const last = scanner.end();
  if (last === undefined) return;
  if (!("unclosed" in last)) return yield* rowsOf([last]);
  const opens = `the quote that opens in ${placeOf(last.unclosed, named)}, is still open where the file ends`;
  throw new FileRefused("malformed_csv", `The file is not valid CSV: ${opens}. ${fixQuote}`);
}

const fixQuote = 'Close it in its row; double a quote that belongs to a quoted text ("").';

const placeOf = ({ row, cell }: OpenQuote, named: readonly Column[] | undefined): string =>
  `row ${row}, column ${named?.[cell] ?? cell + 1}`;

const columnsOfHeader = ({ cells, row, broken, quote }: CsvRecord): readonly Column[] => {
  if (cells !== undefined && !broken) return columnsOf(cells);
  const what = cells === undefined ? "is longer than an order may be" : "has text behind a closing quote";
  throw new FileRefused("malformed_csv", `The file is not valid CSV: its header in row ${quote?.row ?? row} ${what}.`);
};

function* rowOf(record: CsvRecord, named: readonly Column[]): Generator<FileRow> {
  const { row, lastRow, broken, characters } = record;
  const cells = record.cells?.map((cell) => cell.trim());
  const spans = row !== lastRow && (cells === undefined || cells.some((cell) => /[\r\n]/.test(cell)));
  if (broken || spans) return yield* brokenRows(record, named);
  if (cells === undefined) return yield { kind: "too-large", row, bytes: characters };
  if (cells.every((cell) => cell === "")) return;
  const surplus = cells.slice(named.length).find((cell) => cell !== "");
  if (surplus !== undefined) yield { kind: "surplus", row, value: surplus, columns: named.length };
  else {
    const filled = named.flatMap((name, index) => (cells[index] ? [[name, cells[index]] as const] : []));
    yield { kind: "cells", row, cells: Object.fromEntries(filled) };
  }
}

/** No cell of an order has a line break. So what a quote takes in of other lines may be rows: each of them is told. */
function* brokenRows({ row, lastRow, cells, quote, broken }: CsvRecord, named: readonly Column[]): Generator<FileRow> {
  const { row: opened, cell } = quote ?? { row, cell: 0 };
  const closes = broken ? "closes before more text" : "closes";
  const where = opened === lastRow ? "" : ` in row ${lastRow}`;
  const reason = `the quote that opens in ${placeOf({ row: opened, cell }, named)}, ${closes}${where}. ${fixQuote}`;
  const value = cells?.[cell] ?? "";
  for (let line = row; line <= lastRow; line += 1) {
    const field = line === opened ? (named[cell] ?? "") : "";
    yield { kind: "broken", row: line, field, value: line === opened ? value : "", reason };
  }
}
