import { text } from "../values/text";
import { FileRefused } from "./file-refused";

/** What whoever uploads a file may ask for, in the object's metadata. */
export interface ImportOptions {
  /** What becomes of good rows beside bad ones: `partial` (default) takes them, `all-or-nothing` takes none. */
  readonly acceptance: "partial" | "all-or-nothing";
  /** Makes this upload the same as, or another than, one with the same content. Default: the content decides. */
  readonly importId: string | undefined;
}

const importIdSchema = text(128);

/** Reads the metadata `acceptance` and `import-id`. Throws FileRefused for a value that means nothing. */
export const importOptions = (metadata: Readonly<Record<string, string>>): ImportOptions => {
  const { acceptance = "partial", "import-id": importId } = metadata;
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
  return { acceptance, importId };
};
