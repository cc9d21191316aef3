import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** An archive's content, by the path within it. */
type Content = ReadonlyMap<string, Buffer>;

/**
 * Writes an archive's files to a folder named after their content, and returns that folder.
 * @param source called with each file and folder on disk that the archive is made of
 */
export async function unpackArchive(
  archive: pulumi.asset.Archive,
  codeDir: string,
  source: (path: string) => void,
): Promise<string> {
  const content = new Map([...(await contentOf(archive, source))].sort(([a], [b]) => (a < b ? -1 : 1)));
  const hash = createHash("sha256");
  for (const [path, bytes] of content) hash.update(JSON.stringify([path, bytes.length])).update(bytes);
  const folder = join(codeDir, hash.digest("hex").slice(0, 16));
  if (existsSync(folder)) return folder;
  // Whole or not at all: another evaluation may be at the same code.
  const draft = `${folder}.${process.pid}`;
  for (const [path, bytes] of content) {
    const file = join(draft, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  try {
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

async function contentOf(archive: pulumi.asset.Archive, source: (path: string) => void): Promise<Content> {
  if (archive instanceof pulumi.asset.FileArchive) return folderContent(resolve(await archive.path), source);
  if (!(archive instanceof pulumi.asset.AssetArchive)) {
    throw new Error("An archive of an address is not fetched here: give the folder, as new FileArchive(folder).");
  }
  const content = new Map<string, Buffer>();
  for (const [path, asset] of Object.entries(await archive.assets)) {
    if (asset instanceof pulumi.asset.StringAsset) content.set(path, Buffer.from(await asset.text));
    else if (asset instanceof pulumi.asset.FileAsset) {
      const file = resolve(await asset.path);
      source(file);
      content.set(path, readFileSync(file));
    } else if (asset instanceof pulumi.asset.Archive) {
      for (const [inner, bytes] of await contentOf(asset, source)) content.set(join(path, inner), bytes);
    } else throw new Error(`${path}: only files, strings and folders can be unpacked from an archive`);
  }
  return content;
}

function folderContent(folder: string, source: (path: string) => void): Content {
  if (!statSync(folder).isDirectory()) {
    throw new Error(
      `The archive ${folder} is a file, which is not unpacked here: give the folder that it was made of.`,
    );
  }
  source(folder);
  const paths = readdirSync(folder, { recursive: true }).map(String);
  const files = paths.filter((path) => statSync(join(folder, path)).isFile());
  return new Map(
    files.map((path) => {
      source(join(folder, path));
      return [path, readFileSync(join(folder, path))];
    }),
  );
}
