import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CsvScanner } from "../../runtime/file-import/csv-scanner";
import { skipBlankLines } from "../../runtime/file-import/peek-text";
import { maxOrderBytes } from "../../runtime/orders/order-text";
import { inMemoryImport } from "./in-memory-import";

const seed = 20_261_126;

interface Row {
  readonly customer_id: string;
  readonly item: string;
  readonly quantity: string;
}

/** What people have in their cells: delimiters, quotes, spaces at the ends, numbers for the eye. */
const cell = fc.oneof(
  fc.stringMatching(/^[A-Za-zäß🖋'",;.\t #=+-]{0,12}$/u),
  fc.constantFrom('15" monitor', 'Say "hi"', "Desk, oak", "a;b", "=1+1", "Bowl\r\nlarge", "NULL", "\u200b", "007"),
);
const quantity = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 10_000 }).map(String) },
  fc.constantFrom("0", "10001", "-1", "1.000", "1,5", "1 000", "1e3", "", "zero", "1.0", "+1", "9".repeat(30), "00012"),
);
const table = fc.array(fc.record<Row>({ customer_id: cell, item: cell, quantity }), { minLength: 1, maxLength: 8 });

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const names = ["customer_id", "item", "quantity"] as const;
const cellsOf = (row: Row): readonly string[] => names.map((name) => row[name]);

/** As Excel saves it: quotes only where they must be, and blank cells behind the last one. */
const spreadsheet =
  (delimiter: string) =>
  (rows: readonly Row[]): string => {
    const line = (cells: readonly string[]) =>
      [...cells.map((each) => (/[",;\t\r\n]/.test(each) ? quoted(each) : each)), ""].join(delimiter);
    return `\ufeff${[line(names), ...rows.map((row) => line(cellsOf(row)))].map((each) => `${each}\r\n`).join("")}`;
  };

/** As `COPY ... WITH (FORMAT csv, HEADER, FORCE_QUOTE *)`. */
const databaseDump = (rows: readonly Row[]): string =>
  [names.join(","), ...rows.map((row) => cellsOf(row).map(quoted).join(","))].join("\n");

/** As `echo "$customer,$item,$quantity"`, which knows no quotes. */
const shell = (rows: readonly Row[]): string =>
  [names, ...rows.map(cellsOf)].map((cells) => `${cells.join(",")}\n`).join("");

/** A shell cannot write a line break, and what begins with a quote says something else there. */
const forShell = ({ customer_id, item, quantity }: Row): boolean =>
  [customer_id, item, quantity].every((text) => !/^\s*"|[\r\n]/.test(text));

const linesIn = (text: string): number => (text.match(/\r\n|\n|\r/g)?.length ?? 0) + (/[^\r\n]$/.test(text) ? 1 : 0);

describe("any table", () => {
  it.each([
    ["a spreadsheet", spreadsheet(";"), () => true],
    ["a spreadsheet of another country", spreadsheet(","), () => true],
    ["a spreadsheet as text", spreadsheet("\t"), () => true],
    ["a database", databaseDump, () => true],
    ["a shell", shell, forShell],
  ] as const)("that %s wrote is read as it was, or refused row by row", async (_, write, writable) => {
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 40 }), async (all, chunk) => {
        const rows = all.filter(writable);
        fc.pre(rows.length > 0);
        const drop = inMemoryImport();
        await drop.run(write(rows), { chunk });
        const report = drop.report();
        expect(report.accepted + report.rejected).toBe(report.rows);
        expect(report.orders).toBe(drop.sent.length);
        // Each order is a row of the table, in their order, with no other value than stood there.
        let at = 0;
        for (const { data } of drop.sent) {
          const same = ({ customer_id, item, quantity }: Row): boolean =>
            customer_id.trim() === data.customer_id &&
            item.trim() === data.items[0]?.item &&
            /^\d+$/.test(quantity) &&
            Number(quantity) === data.items[0]?.quantity;
          const found = rows.findIndex((row, index) => index >= at && same(row));
          expect(found).toBeGreaterThanOrEqual(at);
          at = found + 1;
        }
        // What no format can be in doubt about is taken.
        const plain = rows.filter((row) =>
          [
            /^[A-Za-z]+$/.test(row.customer_id),
            /^[A-Za-z]+$/.test(row.item),
            /^[1-9]\d{0,3}$/.test(row.quantity),
          ].every(Boolean),
        );
        expect(drop.sent.length).toBeGreaterThanOrEqual(plain.length);
      }),
      { numRuns: 60, seed },
    );
  });
});

describe("any text taken for a CSV", () => {
  const soup = fc
    .array(fc.constantFrom("a", "1", '"', '""', ",", "\n", "\r\n", "\r", " ", ',"', '",'), { maxLength: 40 })
    .map((pieces) => pieces.join(""));

  const scanned = (text: string, chunk: number) => {
    const scanner = new CsvScanner(",", 1);
    const records = [];
    for (let at = 0; at < text.length; at += chunk) records.push(...scanner.scan(text.slice(at, at + chunk)));
    return { records, end: scanner.end() };
  };

  it("has each of its lines in one record, or in the quote that is never closed", () => {
    fc.assert(
      fc.property(soup, (text) => {
        const { records, end } = scanned(text, text.length + 1);
        let line = 1;
        const whole = end === undefined || "unclosed" in end ? records : [...records, end];
        for (const { row, lastRow, cells, quote } of whole) {
          expect(row).toBe(line);
          if (lastRow > row) expect(quote?.row).toBeGreaterThanOrEqual(row);
          expect(cells).toBeDefined();
          line = lastRow + 1;
        }
        if (end !== undefined && "unclosed" in end) expect(end.unclosed.row).toBeGreaterThanOrEqual(line);
        else expect(line - 1).toBe(linesIn(text));
      }),
      { numRuns: 500, seed },
    );
  });

  it("is the same however it is cut", () => {
    fc.assert(
      fc.property(soup, fc.integer({ min: 1, max: 5 }), (text, chunk) => {
        expect(scanned(text, chunk)).toEqual(scanned(text, text.length + 1));
      }),
      { numRuns: 300, seed },
    );
  });

  it("is held by no more than an order's length, whatever its cells and quotes", () => {
    const endless = fc.constantFrom("x", '"', ",", '""', '"\n', "x\r\n", "\n", " ");
    fc.assert(
      fc.property(fc.array(fc.tuple(endless, fc.integer({ min: 1, max: 60_000 })), { maxLength: 6 }), (parts) => {
        const scanner = new CsvScanner(",", 1);
        let largest = 0;
        for (const [part, times] of parts) {
          const text = part.repeat(times);
          for (let at = 0; at < text.length; at += 16_384) {
            for (const { cells = [] } of scanner.scan(text.slice(at, at + 16_384))) {
              largest = Math.max(largest, cells.join(",").length);
            }
            largest = Math.max(largest, scanner.held);
          }
        }
        expect(largest).toBeLessThanOrEqual(maxOrderBytes);
      }),
      { numRuns: 25, seed },
    );
  });

  it("may begin with blank lines without end, of which none is held", async () => {
    async function* blank() {
      for (let piece = 0; piece < 200; piece += 1) yield "\r\n \n".repeat(1_000);
      yield "here";
    }
    const { begin, line } = await skipBlankLines(blank());
    expect({ begin, line }).toEqual({ begin: "here", line: 400_001 });
  });
});
