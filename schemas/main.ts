/** Writes the documents below docs/ that are made from the code: `npm run schemas`. */
import { join } from "node:path";
import { documentsFolder, generatedDocuments } from "./generated-documents";
import { IncompatibleSchemaError, writeDocuments } from "./write-documents";

try {
  const changed = writeDocuments(join(__dirname, "..", documentsFolder), generatedDocuments);
  for (const file of changed) process.stdout.write(`${documentsFolder}/${file}\n`);
  if (changed.length === 0) process.stdout.write(`${documentsFolder} is up to date.\n`);
} catch (error) {
  if (!(error instanceof IncompatibleSchemaError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
