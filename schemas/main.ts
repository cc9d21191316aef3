/** Writes the documents in docs/api: `npm run schemas`. */
import { join } from "node:path";
import { apiDocuments, documentsFolder } from "./api-documents";
import { IncompatibleSchemaError, writeDocuments } from "./write-documents";

try {
  const changed = writeDocuments(join(__dirname, "..", documentsFolder), apiDocuments);
  for (const file of changed) process.stdout.write(`${documentsFolder}/${file}\n`);
  if (changed.length === 0) process.stdout.write(`${documentsFolder} is up to date.\n`);
} catch (error) {
  if (!(error instanceof IncompatibleSchemaError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
