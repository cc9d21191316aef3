import { relative } from "node:path";
import { decode, encode, type SourceMapSegment } from "@jridgewell/sourcemap-codec";
import { build } from "esbuild";
import { inlineSchemaKeys } from "./inline-schema-keys";

/** A module with all that it imports, ready for Lambda. */
export interface Bundle {
  readonly script: string;
  readonly sourceMap: string;
  /** Bytes of the script that come from each source file. */
  readonly sources: Readonly<Record<string, number>>;
}

export interface Build {
  /** One for each module, in their order. */
  readonly bundles: readonly Bundle[];
  /** Paths of all files that were read for them. */
  readonly inputs: readonly string[];
}

/** Bundles each module by itself, all in one build, which parses what they share once. Rejects with esbuild's own errors. */
export async function bundleModules(modules: readonly string[]): Promise<Build> {
  const outdir = process.cwd();
  const { outputFiles, metafile } = await build({
    entryPoints: modules.map((file, index) => ({ in: file, out: String(index) })),
    outdir,
    bundle: true,
    write: false,
    platform: "node",
    target: "node24",
    format: "cjs",
    // The SDK's ES modules: what a handler does not use of them is left out.
    mainFields: ["module", "main"],
    plugins: [inlineSchemaKeys],
    minify: true,
    legalComments: "none",
    sourcemap: "external",
    sourcesContent: false,
    metafile: true,
    logLevel: "silent",
  });
  const textOf = (name: string): string => outputFiles.find(({ path }) => relative(outdir, path) === name)?.text ?? "";
  const bundles = modules.map((_, index) => ({
    script: `${textOf(`${index}.js`)}//# sourceMappingURL=index.js.map\n`,
    sourceMap: withoutLibraries(textOf(`${index}.js.map`)),
    sources: Object.fromEntries(
      Object.entries(metafile.outputs[`${index}.js`]?.inputs ?? {}).map(([source, part]) => [
        source,
        part.bytesInOutput,
      ]),
    ),
  }));
  return { bundles, inputs: Object.keys(metafile.inputs) };
}

/** Leaves libraries out of a source map: it is for our own stack frames, and with them it is larger than the code. */
function withoutLibraries(text: string): string {
  // Written by esbuild a moment ago, in version 3 of the format.
  const map = JSON.parse(text) as { sources: string[]; names: string[]; mappings: string };
  const sources: string[] = [];
  const sourceIndexes = map.sources.map((source) => (source.includes("node_modules/") ? -1 : sources.push(source) - 1));
  const mappings = decode(map.mappings).map((line) => {
    let inLibrary = false;
    return line.flatMap((segment): SourceMapSegment[] => {
      const source = segment.length === 1 ? -1 : (sourceIndexes[segment[1]] ?? -1);
      // One segment without a source ends the one before; the rest of the library needs none.
      const repeated = inLibrary && source < 0;
      inLibrary = source < 0;
      if (repeated) return [];
      return segment.length === 1 || source < 0 ? [[segment[0]]] : [[segment[0], source, segment[2], segment[3]]];
    });
  });
  return JSON.stringify({ version: 3, sources, names: [], mappings: encode(mappings) });
}
