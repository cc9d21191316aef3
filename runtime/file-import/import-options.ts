import { text } from "../values/text";
import { FileRefused } from "./file-refused";

/** What whoever uploads a file may ask for, in the object's metadata. */
export interface ImportOptions {
  /** What becomes of good rows beside bad ones: `partial` (default) takes them, `all-or-nothing` takes none. */
  readonly acceptance: "partial" | "all-or-nothing";
  /** Makes this upload the same as, or another than, one with the same content. Default: the content decides. */
  readonly importId: string | undefined;
  /**
   * How the file's text is written, by a label of https://encoding.spec.whatwg.org/#names-and-labels; a byte order mark in
   * the file goes first. Default: UTF-8.
   */
  readonly encoding: string | undefined;
}

const importIdSchema = text(128);

/** Reads the metadata `acceptance`, `import-id` and `encoding`. Throws FileRefused for a value that means nothing. */
export const importOptions = (metadata: Readonly<Record<string, string>>): ImportOptions => {
  const { acceptance = "partial", "import-id": importId, encoding } = metadata;
  if (acceptance !== "partial" && acceptance !== "all-or-nothing") {
    const shown = JSON.stringify(acceptance.slice(0, 60));
    throw new FileRefused(
      "invalid_option",
      `The metadata acceptance is ${shown}; it may be partial or all-or-nothing.`,
    );
  }
  if (importId !== undefined && !importIdSchema.safeParse(importId).success) {
    throw new FileRefused("invalid_option", "The metadata import-id must be text of 1 to 128 printable characters.");
  }
  return { acceptance, importId, encoding: encoding === undefined ? undefined : encodingNamed(encoding) };
};

/** Its characters depend on what stands before them, so that it cannot be read from anywhere but the beginning. */
const stateful = "iso-2022-jp";

const encodingNamed = (label: string): string => {
  try {
    const { encoding } = new TextDecoder(label);
    if (encoding !== stateful) return encoding;
  } catch {
    // Refused below.
  }
  const shown = JSON.stringify(label.slice(0, 60));
  throw new FileRefused(
    "invalid_option",
    `The metadata encoding is ${shown}; it may be utf-8, utf-16le, utf-16be, windows-1252, iso-8859-15 or another name of the WHATWG Encoding Standard.`,
  );
};
