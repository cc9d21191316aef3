import { existsSync } from "node:fs";
import { join } from "node:path";
import { ContentCache, type ContentHashes } from "content-cache/content-cache";
import type { EvaluationRequest } from "./evaluation-request";
import type { ResourceGraph } from "./resource-graph";

/** What a program declared, with the files that this follows from. */
export interface Evaluation {
  readonly graph: ResourceGraph;
  /** Of every source file that was loaded or is in an archive, and of the lock files for those of packages. */
  readonly files: ContentHashes;
  /** Settings that the program treats as secrets. */
  readonly secretSettings: readonly string[];
}

/** Keeps what programs declared, since evaluating one takes seconds and gives the same for the same files and settings. */
export class EvaluationCache {
  private readonly cache: ContentCache<ResourceGraph>;
  private readonly config: Readonly<Record<string, string>>;

  constructor(
    folder: string,
    {
      project,
      program,
      stack,
      config,
      placement,
    }: Pick<EvaluationRequest, "project" | "program" | "stack" | "config" | "placement">,
  ) {
    this.config = config;
    this.cache = new ContentCache(folder, {
      key: [project, program, stack, Object.entries(config).sort(), placement],
      open: (text) => text.replaceAll(placeholders, (_, key: string) => inJson(config[key] ?? "")),
    });
  }

  read(): ResourceGraph | undefined {
    const graph = this.cache.read();
    const archives = graph === undefined ? [] : archivesOf(graph);
    return archives.every((folder) => existsSync(join(folder, "index.js"))) ? graph : undefined;
  }

  /** With the name of a setting instead of its secret value; a later read has to supply the value again. */
  write({ graph, files, secretSettings }: Evaluation): void {
    // The longest first: one may be part of another.
    const lengthOf = (key: string): number => this.config[key]?.length ?? 0;
    const keys = secretSettings.toSorted((one, other) => lengthOf(other) - lengthOf(one));
    this.cache.write(graph, files, (text) =>
      keys.reduce((sealed, key) => sealed.replaceAll(inJson(this.config[key] ?? ""), placeholder(key)), text),
    );
  }
}

/** A text as it is written within a JSON string. */
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

const placeholder = (key: string): string => `<secret setting ${key}>`;
const placeholders = /<secret setting ([\w:.-]+)>/g;

const archivesOf = ({ resources }: ResourceGraph): readonly string[] =>
  resources.flatMap(({ inputs }) => {
    const code = inputs["code"];
    return typeof code === "object" && code !== null && "archive" in code ? [String(code.archive)] : [];
  });
