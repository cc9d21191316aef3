import { FileRefused } from "./file-refused";
import { type Column, columns } from "./file-row";
import { linesOf, peekText, type TextFromLine } from "./peek-text";

const required = ["customer_id", "item", "quantity"] as const satisfies readonly Column[];

const delimiters = [",", ";", "\t"] as const;

/** The first line of a CSV for Excel may say what separates the cells: `sep=;`. */
const delimiterLine = /^"?sep=([^"\r\n])"?[\s,;]*$/i;

/** A spreadsheet writes a blank line as the delimiters of its blank cells. */
const blankLine = /^[\s,;]*$/;

/** Where a CSV begins that is to be read cell by cell. */
export interface CsvStart {
  readonly delimiter: string;
  /** The number of the header's line. */
  readonly line: number;
  /** Characters before the header. */
  readonly skipped: number;
}

/** Finds a CSV's header and the delimiter: what `sep=` names, else what the header has most of outside of quotes. */
export const csvStart = async ({
  line,
  whole,
}: TextFromLine): Promise<{ readonly start: CsvStart; readonly whole: AsyncIterable<string> }> => {
  const peeked = await peekText(whole, (begin) => headerOf(begin)?.complete === true);
  const { delimiter, at = 0, line: before = 0, header = "" } = headerOf(peeked.begin) ?? {};
  return {
    start: { delimiter: delimiter ?? delimiterOf(header), line: line + before, skipped: at },
    whole: peeked.whole,
  };
};

/** The first line that is neither blank nor about the delimiter; `complete` once its end is there. */
const headerOf = (begin: string) => {
  let delimiter: string | undefined;
  let [at, line] = [0, 0];
  for (const { text, next } of linesOf(begin)) {
    const named = delimiter === undefined ? delimiterLine.exec(text)?.[1] : undefined;
    if (named === undefined && !blankLine.test(text)) {
      return { delimiter, at, line, header: text, complete: next !== undefined };
    }
    delimiter ??= named;
    at = next ?? begin.length;
    line += 1;
  }
  return undefined;
};

const delimiterOf = (header: string): string => {
  const unquoted = header.replace(/"[^"]*"/g, "");
  const counts = delimiters.map((delimiter) => unquoted.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ",";
};

/** The columns that a header names, in any order; `Customer ID` is customer_id. Throws FileRefused for a wrong header. */
export const columnsOf = (header: readonly string[]): readonly Column[] => {
  const names = header.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, "_"),
  );
  // Spreadsheets leave empty cells behind the last one.
  while (names.at(-1) === "") names.pop();
  const unknown = names.findIndex((name) => !isColumn(name));
  const missing = required.filter((name) => !names.includes(name));
  const wanted = `The header may name ${columns.join(", ")}.`;
  if (missing.length > 0) {
    const shown = JSON.stringify(header.join(" ").slice(0, 80));
    throw new FileRefused("missing_column", `The header ${shown} does not name ${missing.join(", ")}. ${wanted}`);
  }
  if (unknown >= 0) {
    const shown = JSON.stringify(header[unknown]?.slice(0, 80));
    throw new FileRefused("unknown_column", `The header names ${shown}, which is not a column. ${wanted}`);
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new FileRefused("unknown_column", `The header names ${twice} twice. ${wanted}`);
  return names.filter(isColumn);
};

const isColumn = (name: string): name is Column => (columns as readonly string[]).includes(name);
