import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runCommand } from "../planning/command-line";
import { bootstrapTemplate } from "./bootstrap-template";
import { declaredGraphs } from "./declared-graphs";
import { jsonInLines } from "./json-in-lines";

const help = `Writes deploy/bootstrap.template.json, with what the deploy roles may do, from what the program declares.

Usage: npm run deploy-role
`;

const file = join(__dirname, "bootstrap.template.json");

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: "boolean", short: "h" } } });
  if (values.help === true) return void process.stdout.write(help);
  writeFileSync(file, `${jsonInLines(bootstrapTemplate(await declaredGraphs()))}\n`);
  process.stdout.write(`${file} has been written.\n`);
}

runCommand(main());
