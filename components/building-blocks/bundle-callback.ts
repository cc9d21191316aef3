import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Bundle } from "./bundle-modules";
import { keptBundles } from "./kept-bundles";

export interface BundledCallback {
  /** `index.js` and its source map. */
  readonly code: pulumi.asset.AssetArchive;
  /** The function's handler: `index.resizePhotoHandler`. */
  readonly handler: string;
}

/**
 * Bundles the module that exports a callback into one minified `index.js`. The module is found by the function's
 * identity: the program imported it, so it is in the module cache. Nothing is serialised, so what runs in Lambda is what
 * was written (docs/decisions/0002).
 *
 * @throws when no module that the program has loaded exports the callback
 */
export function bundleCallback(callback: unknown, component: string): BundledCallback {
  for (const module of Object.values(require.cache)) {
    const exported: unknown = module?.exports;
    // A module that is still being evaluated, such as the program's own, has nothing to give yet.
    if (module?.loaded !== true || typeof exported !== "object" || exported === null) continue;
    const name = Object.keys(exported).find((key) => Reflect.get(exported, key) === callback);
    if (name === undefined) continue;
    const folder = bundleModule(module.filename).then(writeBundle);
    // Files, since Pulumi keeps the text of a string asset in its state, and of a file its hash only.
    const code = new pulumi.asset.AssetArchive({
      "index.js": new pulumi.asset.FileAsset(folder.then((path) => join(path, "index.js"))),
      "index.js.map": new pulumi.asset.FileAsset(folder.then((path) => join(path, "index.js.map"))),
    });
    return { code, handler: `index.${name}` };
  }
  throw new Error(
    `The callback of ${component} is not exported by any module that the program has loaded: export the handler by name from a file of its own and import it from there.`,
  );
}

let programFolder: string | undefined;

/** A folder for the bundles of this program, which is there until it ends; the engine has read them by then. */
function openProgramFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "callbacks-"));
  process.once("exit", () => rmSync(folder, { recursive: true }));
  return folder;
}

function writeBundle({ script, sourceMap }: Bundle): string {
  programFolder ??= openProgramFolder();
  const folder = mkdtempSync(join(programFolder, "bundle-"));
  writeFileSync(join(folder, "index.js"), script);
  writeFileSync(join(folder, "index.js.map"), sourceMap);
  return folder;
}

interface Batch {
  readonly modules: string[];
  readonly built: Promise<readonly Bundle[]>;
}

let batch: Batch | undefined;

/** All modules asked for in one turn of the event loop are one build, which parses what they share once. */
async function bundleModule(file: string): Promise<Bundle> {
  batch ??= openBatch();
  const { modules, built } = batch;
  const index = modules.push(file) - 1;
  const bundle = (await built)[index];
  if (bundle === undefined) throw new Error(`${file} was not bundled`);
  return bundle;
}

function openBatch(): Batch {
  const modules: string[] = [];
  const built = new Promise((settle) => setImmediate(settle)).then(() => {
    batch = undefined;
    return keptBundles(modules);
  });
  return { modules, built };
}
