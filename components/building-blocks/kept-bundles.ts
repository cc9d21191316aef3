import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { version as esbuildVersion } from "esbuild";
import { type Bundle, bundleModules } from "./bundle-modules";

interface KeptBundles {
  /** Content hash by path: of every file that the bundles follow from. */
  readonly files: Readonly<Record<string, string>>;
  readonly bundles: readonly Bundle[];
}

const hash = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex").slice(0, 32);

/** How bundles are made, and which version of a package an import means. */
const makers = [
  join(__dirname, "bundle-modules.ts"),
  join(__dirname, "inline-schema-keys.ts"),
  "package-lock.json",
  "tsconfig.json",
].filter((path) => existsSync(path));

const cache = join("node_modules", ".cache", "callback-bundles");

/**
 * The bundle of each module, built unless it was before from the very same files: one `pulumi up` runs the program
 * twice. What was built is kept in node_modules/.cache.
 */
export async function keptBundles(modules: readonly string[], folder = cache): Promise<readonly Bundle[]> {
  const file = join(folder, `${hash(JSON.stringify([esbuildVersion, modules]))}.json`);
  const kept = read(file);
  if (kept !== undefined) return kept.bundles;
  const began = Date.now();
  const { bundles, inputs } = await bundleModules(modules);
  const files = [...makers, ...inputs];
  // A file that was saved meanwhile may be newer than what was built from it.
  if (files.every((path) => statSync(path).mtimeMs < began)) write(folder, file, { files: hashesOf(files), bundles });
  return bundles;
}

const hashesOf = (files: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(files.map((path) => [path, hash(readFileSync(path))]));

function read(file: string): KeptBundles | undefined {
  try {
    // Written by `write` below; a file that was cut off is as good as none, as is one that names a file that is gone.
    const kept = JSON.parse(readFileSync(file, "utf8")) as KeptBundles;
    return Object.entries(kept.files).every(([path, known]) => hash(readFileSync(path)) === known) ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all: another run of the program may read it. */
function write(folder: string, file: string, kept: KeptBundles): void {
  mkdirSync(folder, { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, JSON.stringify(kept));
  renameSync(draft, file);
}
