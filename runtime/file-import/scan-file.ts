import { createHash } from "node:crypto";
import { LastRows } from "./file-orders";
import { FileRefused } from "./file-refused";
import type { FileFormat } from "./file-row";
import { fileRows } from "./file-rows";
import type { OrderFile } from "./order-files";

export interface ScannedFile {
  readonly format: FileFormat;
  readonly rows: number;
  readonly sha256: string;
  readonly lastRows: LastRows;
  readonly encoding: string | undefined;
}

/** 128 MB and 500,000 rows: five times the largest file that is asked for, and within one invocation. */
const maxBytes = 128 * 1024 * 1024;
const maxRows = 500_000;

/** Reads a file to its end before anything is done with it. Throws FileRefused when it cannot be read as a whole. */
export const scanFile = async (file: OrderFile, encoding: string | undefined): Promise<ScannedFile> => {
  if (file.bytes > maxBytes) throw tooLarge(`${file.bytes} bytes`);
  const hash = createHash("sha256");
  const hashed = async function* () {
    for await (const chunk of file.read()) {
      hash.update(chunk);
      yield chunk;
    }
  };
  const { format, rows } = await fileRows(hashed(), encoding);
  const lastRows = new LastRows();
  let count = 0;
  for await (const row of rows) {
    count += 1;
    if (count > maxRows) throw tooLarge(`more than ${maxRows} rows`);
    lastRows.see(row);
  }
  if (count === 0) throw new FileRefused("empty_file", "There is no order in the file.");
  return { format, rows: count, sha256: hash.digest("hex"), lastRows, encoding };
};

const tooLarge = (size: string): FileRefused =>
  new FileRefused(
    "file_too_large",
    `The file has ${size}; it may have ${maxBytes} bytes and ${maxRows} rows. Split it.`,
  );
