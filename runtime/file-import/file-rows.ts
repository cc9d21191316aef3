import { csvRows } from "./csv-rows";
import type { FileFormat, FileRow } from "./file-row";
import { fileText } from "./file-text";
import { jsonElements } from "./json-elements";
import { jsonLines } from "./json-lines";
import { skipBlankLines, type TextFromLine } from "./peek-text";

const readers = { csv: csvRows, "json-lines": jsonLines, json: jsonElements } as const satisfies Readonly<
  Record<FileFormat, (text: TextFromLine) => AsyncIterable<FileRow>>
>;

/**
 * The rows of a file. What it is tells its first character: `[` an array, `{` JSON Lines, and anything else CSV. Its rows
 * throw FileRefused where it cannot be read.
 */
export const fileRows = async (
  bytes: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
): Promise<{ readonly format: FileFormat; readonly rows: AsyncIterable<FileRow> }> => {
  const text = await skipBlankLines(fileText(bytes, encoding));
  const format = { "[": "json", "{": "json-lines" }[text.begin.trimStart()[0] ?? ""] ?? "csv";
  return { format: format as FileFormat, rows: readers[format as FileFormat](text) };
};
