import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** A `pulumi` that knows stacks by the files that lie beside it, and the folder it is found in. */
const program = `#!${process.execPath}
const { existsSync, readFileSync } = require("node:fs");
const fail = (text) => { process.stderr.write("error: " + text + "\\n"); process.exit(255); };
const [stack, output, json, option, name] = process.argv.slice(2);
if ([stack, output, json, option].join(" ") !== "stack output --json --stack") fail("unknown command");
if (!existsSync("Pulumi.yaml")) fail("no Pulumi.yaml project file found");
const file = require("node:path").join(__dirname, name + ".json");
if (!existsSync(file)) fail("no stack named '" + name + "' found");
process.stdout.write(readFileSync(file));
`;

/** Puts a stand-in for the Pulumi CLI, with what each stack's outputs are, into a folder; gives a PATH that begins there. */
export function standInPulumi(folder: string, stacks: Readonly<Record<string, unknown>>): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "pulumi"), program, { mode: 0o755 });
  for (const [name, outputs] of Object.entries(stacks)) {
    const file = join(folder, `${name}.json`);
    // A stack may be named with its organization and project.
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(outputs));
  }
  return [folder, process.env["PATH"]].join(delimiter);
}
