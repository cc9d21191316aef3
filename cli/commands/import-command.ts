import type { Command } from "commander";
import { type ImportOptions, importFile } from "../import-file";
import type { UseSession } from "../session";
import { seconds } from "./seconds";

const notes = `
Needs AWS credentials on a deployed stack.
Exit code 1 when a row was rejected or the whole file refused.

Example:
  orders import orders.csv --all-or-nothing`;

export const importCommand = (program: Command, inSession: UseSession): Command =>
  program
    .command("import <file>")
    .description("import a file of orders (CSV, JSON Lines, JSON array) and print the report on it")
    .option("--all-or-nothing", "import nothing if a row is invalid (default: import the valid rows)")
    .option("--encoding <name>", "how the file's text is written, such as windows-1252 (default: UTF-8)")
    .option("--timeout <seconds>", "wait for the report", seconds, 300)
    .addHelpText("after", notes)
    .action((file: string, options: ImportOptions) =>
      inSession(async ({ target, output }) => {
        const report = await importFile(target, file, options, output);
        const { rejected_rows, ...summary } = report;
        output.one(output.forPeople ? summary : { ...report });
        if (output.forPeople && rejected_rows.length > 0) {
          const rows = rejected_rows.map((row) => ({ ...row }));
          output.many(rows, ["row", "field", "value", "reason"]);
        }
        if (report.result !== "imported") process.exitCode = 1;
      }),
    );
