import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** Writes an archive's files to a folder named after their content, and returns that folder. */
export async function unpackArchive(archive: pulumi.asset.AssetArchive, codeDir: string): Promise<string> {
  const assets = await archive.assets;
  const files: [string, string][] = [];
  for (const [path, asset] of Object.entries(assets).sort(([a], [b]) => a.localeCompare(b))) {
    files.push([path, await textOf(asset, path)]);
  }
  const hash = createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 16);
  const folder = join(codeDir, hash);
  if (existsSync(folder)) return folder;
  // Whole or not at all: another evaluation may be at the same code.
  const draft = `${folder}.${process.pid}`;
  for (const [path, text] of files) {
    const file = join(draft, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  try {
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

async function textOf(asset: pulumi.asset.Asset | pulumi.asset.Archive, path: string): Promise<string> {
  if (asset instanceof pulumi.asset.StringAsset) return asset.text;
  if (asset instanceof pulumi.asset.FileAsset) return readFile(await asset.path, "utf8");
  throw new Error(`${path}: only files and strings can be unpacked from an archive`);
}
