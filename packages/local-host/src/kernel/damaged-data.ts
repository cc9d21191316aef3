/** What an earlier run has left cannot be read. The message names the file, or the part whose data it is, and what is wrong. */
export class DamagedData extends Error {
  override readonly name = "DamagedData";
}

/** What SQLite says of a statement for a table, or a column of one, that the file does not have. */
const otherTables = /^no such (table|column): |has no column named /;

/** A database whose tables are not those of this version: a later or an earlier one has made them. */
export const writtenByAnotherVersion = (error: unknown): DamagedData | undefined =>
  error instanceof Error && otherTables.test(error.message)
    ? new DamagedData(`it was written by another version of the host (${error.message})`, { cause: error })
    : undefined;
