/** What an earlier run has left cannot be read. The message names the file, or the part whose data it is, and what is wrong. */
export class DamagedData extends Error {
  override readonly name = "DamagedData";
}
