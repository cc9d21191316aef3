import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { ContentCache, contentHashes } from "content-cache/content-cache";
import { version as esbuildVersion } from "esbuild";
import { type Bundle, bundleModules } from "./bundle-modules";

/** How bundles are made, and which version of a package an import means. */
const makers = [
  join(__dirname, "bundle-modules.ts"),
  join(__dirname, "inline-schema-keys.ts"),
  "package-lock.json",
  "tsconfig.json",
].filter((path) => existsSync(path));

const bundlesFolder = join("node_modules", ".cache", "callback-bundles");

/**
 * The bundle of each module, built unless it was before from the very same files: one `pulumi up` runs the program
 * twice. What was built is kept in node_modules/.cache.
 */
export async function keptBundles(modules: readonly string[], folder = bundlesFolder): Promise<readonly Bundle[]> {
  const cache = new ContentCache<readonly Bundle[]>(folder, { key: [esbuildVersion, modules] });
  const kept = cache.read();
  if (kept !== undefined) return kept;
  const began = Date.now();
  const { bundles, inputs } = await bundleModules(modules);
  const files = [...makers, ...inputs];
  // A file that was saved meanwhile may be newer than what was built from it.
  if (files.every((path) => statSync(path).mtimeMs < began)) cache.write(bundles, contentHashes(files));
  return bundles;
}
