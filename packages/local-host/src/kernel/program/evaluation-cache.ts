import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { EvaluationRequest } from "./evaluation-request";
import type { ResourceGraph } from "./resource-graph";

/** What a program declared, with the files that this follows from. */
export interface Evaluation {
  readonly graph: ResourceGraph;
  /** Content hash by path: of every source file that was loaded or is in an archive, and of the lock files for those of packages. */
  readonly files: Readonly<Record<string, string>>;
  /** Settings that the program treats as secrets. */
  readonly secretSettings: readonly string[];
}

const hash = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex").slice(0, 32);

/** Of a folder that is the names in it. */
const contentHash = (file: string): string =>
  hash(statSync(file).isDirectory() ? readdirSync(file, { recursive: true }).sort().join("\n") : readFileSync(file));

/** Hashes of the given files and folders as they are now. */
export const contentHashes = (files: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(files.map((file) => [file, contentHash(file)]));

/**
 * Keeps what programs declared, since evaluating one takes seconds and gives the same for the same files and settings.
 * A kept evaluation counts as long as none of its files has changed.
 */
export class EvaluationCache {
  private readonly file: string;
  private readonly config: Readonly<Record<string, string>>;

  constructor(
    folder: string,
    request: Pick<EvaluationRequest, "project" | "program" | "stack" | "config" | "placement">,
  ) {
    const { project, program, stack, config, placement } = request;
    const key = hash(JSON.stringify([project, program, stack, Object.entries(config).sort(), placement]));
    this.file = join(folder, `${stack}-${key}.json`);
    this.config = config;
    mkdirSync(folder, { recursive: true });
  }

  read(): ResourceGraph | undefined {
    try {
      // Written by `write` below; a file that was cut off is as good as none.
      const { graph, files } = JSON.parse(this.withSecrets(readFileSync(this.file, "utf8"))) as Evaluation;
      const unchanged = Object.entries(files).every(([file, known]) => contentHash(file) === known);
      return unchanged && archivesOf(graph).every((folder) => existsSync(join(folder, "index.js"))) ? graph : undefined;
    } catch {
      return undefined;
    }
  }

  write(evaluation: Evaluation): void {
    const draft = `${this.file}.${process.pid}`;
    writeFileSync(draft, this.withoutSecrets(evaluation));
    renameSync(draft, this.file);
    removeOldest(dirname(this.file), evaluationsKept);
  }

  /** As JSON, with the name of a setting in the place of its secret value: whoever asks again gives the value again. */
  private withoutSecrets(evaluation: Evaluation): string {
    // The longest first: one may be part of another.
    const lengthOf = (key: string): number => this.config[key]?.length ?? 0;
    return evaluation.secretSettings
      .toSorted((one, other) => lengthOf(other) - lengthOf(one))
      .reduce(
        (text, key) => text.replaceAll(inJson(this.config[key] ?? ""), placeholder(key)),
        JSON.stringify(evaluation),
      );
  }

  private withSecrets(text: string): string {
    return text.replaceAll(placeholders, (_, key: string) => inJson(this.config[key] ?? ""));
  }
}

/** A text as it is written within a JSON string. */
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

const placeholder = (key: string): string => `<secret setting ${key}>`;
const placeholders = /<secret setting ([\w:.-]+)>/g;

const evaluationsKept = 50;

/** Removes all but the newest entries of a folder. */
function removeOldest(folder: string, kept: number): void {
  const byAge = readdirSync(folder)
    .map((name) => join(folder, name))
    .map((path) => ({ path, changed: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((one, other) => other.changed - one.changed);
  for (const { path } of byAge.slice(kept)) rmSync(path, { recursive: true, force: true });
}

const archivesOf = ({ resources }: ResourceGraph): readonly string[] =>
  resources.flatMap(({ inputs }) => {
    const code = inputs["code"];
    return typeof code === "object" && code !== null && "archive" in code ? [String(code.archive)] : [];
  });
