import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Content hash by path. */
export type ContentHashes = Readonly<Record<string, string>>;

export const contentHash = (content: string | Buffer): string =>
  createHash("sha256").update(content).digest("hex").slice(0, 32);

/** The hash of a folder is that of the names in it. */
const hashOf = (path: string): string =>
  contentHash(
    statSync(path).isDirectory() ? readdirSync(path, { recursive: true }).sort().join("\n") : readFileSync(path),
  );

/** Hashes of the given files and folders as they are now. Throws for one that is not there. */
export const contentHashes = (paths: readonly string[]): ContentHashes =>
  Object.fromEntries(paths.map((path) => [path, hashOf(path)]));

interface Kept<Value> {
  readonly files: ContentHashes;
  readonly value: Value;
}

export interface ContentCacheOptions {
  /** What the result depends on besides files, such as settings and versions, as JSON. */
  readonly key: unknown;
  /** Reverses the `seal` of `write`. Default: nothing. */
  readonly open?: (text: string) => string;
}

const resultsKept = 50;

/** One result, cached as JSON in a folder until one of the files that it was made from changes. */
export class ContentCache<Value> {
  private readonly folder: string;
  private readonly file: string;
  private readonly open: (text: string) => string;

  constructor(folder: string, { key, open = (text) => text }: ContentCacheOptions) {
    this.folder = folder;
    this.file = join(folder, `${contentHash(JSON.stringify(key))}.json`);
    this.open = open;
  }

  read(): Value | undefined {
    try {
      // Written by `write` below; a truncated file counts as missing, and so does one that names a file that is gone.
      const { files, value } = JSON.parse(this.open(readFileSync(this.file, "utf8"))) as Kept<Value>;
      return Object.entries(files).every(([path, known]) => hashOf(path) === known) ? value : undefined;
    } catch {
      return undefined;
    }
  }

  /** Written whole or not at all, since another process may read it. `seal` changes the text before that. */
  write(value: Value, files: ContentHashes, seal: (text: string) => string = (text) => text): void {
    mkdirSync(this.folder, { recursive: true });
    const draft = `${this.file}.${randomUUID()}`;
    const kept: Kept<Value> = { files, value };
    writeFileSync(draft, seal(JSON.stringify(kept)));
    renameSync(draft, this.file);
    removeOldest(this.folder, resultsKept);
  }
}

/** Removes all but the newest entries of a folder. */
function removeOldest(folder: string, kept: number): void {
  const byAge = readdirSync(folder)
    .map((name) => join(folder, name))
    .map((path) => ({ path, changed: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((one, other) => other.changed - one.changed);
  for (const { path } of byAge.slice(kept)) rmSync(path, { recursive: true, force: true });
}
