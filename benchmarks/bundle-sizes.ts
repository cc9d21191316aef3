/** Prints how large each handler's bundle is and what it is made of: `npm run bundles`, `npm run bundles -- --json`. */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { deflateRawSync } from "node:zlib";
import { type Bundle, bundleModules } from "../components/building-blocks/bundle-modules";
import { runCommand } from "../planning/command-line";

const help = `Prints the size of each handler's bundle and what it is made of.

Usage: npm run bundles [-- --json]
`;

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KB`;

/** `node_modules/@smithy/core/dist-es/index.js` is `@smithy`; our own files are `own code`. */
function originOf(source: string): string {
  const [, scopeOrName] = /node_modules\/([^/]+)\/(?!.*node_modules\/)/.exec(source) ?? [];
  return scopeOrName ?? "own code";
}

function describe(handler: string, { script, sourceMap, sources }: Bundle) {
  const parts: Record<string, number> = {};
  for (const [source, bytes] of Object.entries(sources)) {
    parts[originOf(source)] = (parts[originOf(source)] ?? 0) + bytes;
  }
  const zipped = deflateRawSync(script).length + deflateRawSync(sourceMap).length;
  return { handler, bytes: script.length, zipped, parts };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: "boolean" }, help: { type: "boolean", short: "h" } } });
  if (values.help === true) return void process.stdout.write(help);
  const folder = join(__dirname, "../runtime");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith("-handler.ts") && !name.startsWith("lambda/"))
    .map((name) => join(folder, name));
  const { bundles } = await bundleModules(files);
  const rows = bundles.map((bundle, index) => describe(basename(files[index] ?? "", "-handler.ts"), bundle));
  if (values.json === true || process.stdout.isTTY !== true) {
    return void process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  }
  for (const { handler, bytes, zipped, parts } of rows.sort((a, b) => b.zipped - a.zipped)) {
    process.stdout.write(
      `${handler.padEnd(20)} ${kilobytes(zipped).padStart(7)} zipped  ${kilobytes(bytes).padStart(7)}\n`,
    );
    for (const [origin, size] of Object.entries(parts).sort(([, a], [, b]) => b - a)) {
      process.stdout.write(`  ${origin.padEnd(18)} ${kilobytes(size).padStart(7)}\n`);
    }
  }
}

runCommand(main());
