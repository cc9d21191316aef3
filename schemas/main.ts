import { join } from "node:path";
import { parseArgs } from "node:util";
import { runCommand } from "../planning/command-line";
import { documentsFolder, generatedDocuments } from "./generated-documents";
import { IncompatibleSchemaError, writeDocuments } from "./write-documents";

const help = `Writes the documents below docs/ that are made from the code. Exit code 1 when a schema would break who reads it.

Usage: npm run schemas
`;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { help: { type: "boolean", short: "h" } } });
  if (values.help === true) {
    process.stdout.write(help);
    return 0;
  }
  try {
    const changed = writeDocuments(join(__dirname, "..", documentsFolder), generatedDocuments);
    for (const file of changed) process.stdout.write(`${documentsFolder}/${file}\n`);
    if (changed.length === 0) process.stdout.write(`${documentsFolder} is up to date.\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof IncompatibleSchemaError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

runCommand(main());
