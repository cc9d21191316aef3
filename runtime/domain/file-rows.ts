import { csvRows } from "./csv-rows";
import type { FileFormat, FileRow } from "./file-row";
import { jsonElements } from "./json-elements";
import { jsonLines } from "./json-lines";

const readers = { csv: csvRows, "json-lines": jsonLines, json: jsonElements } as const satisfies Readonly<
  Record<FileFormat, (text: AsyncIterable<string>) => AsyncIterable<FileRow>>
>;

/** The rows of a file. What it is tells its first character: `[` an array, `{` JSON Lines, and anything else CSV. */
export const fileRows = async (
  text: AsyncIterable<string>,
): Promise<{ readonly format: FileFormat; readonly rows: AsyncIterable<FileRow> }> => {
  const pieces = text[Symbol.asyncIterator]();
  let begin = "";
  for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
    begin += next.value;
    if (begin.trim() !== "") break;
  }
  async function* whole(): AsyncGenerator<string> {
    try {
      yield begin;
      for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) yield next.value;
    } finally {
      await pieces.return?.();
    }
  }
  const format = { "[": "json", "{": "json-lines" }[begin.trimStart()[0] ?? ""] ?? "csv";
  return { format: format as FileFormat, rows: readers[format as FileFormat](whole()) };
};
