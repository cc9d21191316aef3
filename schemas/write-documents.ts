import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { breakingChanges, type JsonSchema } from "./breaking-changes";

/** The schema of an event would change under a version that consumers already rely on. */
export class IncompatibleSchemaError extends Error {
  override readonly name = "IncompatibleSchemaError";
}

/**
 * Writes documents below a folder and gives the files that have changed.
 *
 * @throws IncompatibleSchemaError before anything is written, naming each change of an event that can break its consumers
 */
export const writeDocuments = (folder: string, documents: Readonly<Record<string, string>>): readonly string[] => {
  const changed = Object.entries(documents).filter(([file, text]) => readIfThere(join(folder, file)) !== text);
  const complaints = changed.flatMap(([file, text]) => {
    const before = readIfThere(join(folder, file));
    if (before === undefined || !file.endsWith(".schema.json")) return [];
    return breakingChanges(schemaIn(before), schemaIn(text)).map((change) => `${file}: ${change}`);
  });
  if (complaints.length > 0) {
    throw new IncompatibleSchemaError(
      [
        "These changes of an event can break its consumers:",
        ...complaints,
        "Give the event a new schema_version, or leave what is there as it is.",
      ].join("\n  "),
    );
  }
  for (const [file, text] of changed) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return changed.map(([file]) => file);
};

const readIfThere = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, "utf8") : undefined);

/** Written by this program, or about to be. */
const schemaIn = (text: string): JsonSchema => JSON.parse(text) as JsonSchema;
