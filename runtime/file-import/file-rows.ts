import { csvRows } from "./csv-rows";
import type { FileFormat, FileRow } from "./file-row";
import { jsonElements } from "./json-elements";
import { jsonLines } from "./json-lines";
import { peekText } from "./peek-text";

const readers = { csv: csvRows, "json-lines": jsonLines, json: jsonElements } as const satisfies Readonly<
  Record<FileFormat, (text: AsyncIterable<string>) => AsyncIterable<FileRow>>
>;

/** The rows of a file. What it is tells its first character: `[` an array, `{` JSON Lines, and anything else CSV. */
export const fileRows = async (
  text: AsyncIterable<string>,
): Promise<{ readonly format: FileFormat; readonly rows: AsyncIterable<FileRow> }> => {
  const { begin, whole } = await peekText(text, (begun) => begun.trim() !== "");
  const format = { "[": "json", "{": "json-lines" }[begin.trimStart()[0] ?? ""] ?? "csv";
  return { format: format as FileFormat, rows: readers[format as FileFormat](whole) };
};
