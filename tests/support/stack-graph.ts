import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { loadGraph } from "pulumi-local-host/load-graph";
import type { ResourceGraph, ResourceNode } from "pulumi-local-host/resource-graph";
import { standInSettings } from "../../settings/stand-in-settings";

export const stacks = ["dev", "staging", "prod"] as const;

export type Stack = (typeof stacks)[number];

/** Nothing answers there: a graph that is only read needs addresses, not a host. */
const endpoints = { awsEndpoint: "http://localhost:4566", apiEndpoint: "http://localhost:3000" };

/** What the real program declares for a stack. Evaluated once in a run for each set of settings, whichever file asks first. */
export async function stackGraph(
  stack: Stack,
  settings: Readonly<Record<string, string>> = {},
): Promise<ResourceGraph> {
  const hash = createHash("sha256").update(JSON.stringify(settings)).digest("hex").slice(0, 8);
  const overrides = { ...standInSettings(stack), ...settings };
  return evaluatedOnce(`${stack}-${hash}`, () =>
    loadGraph({ projectDir: join(__dirname, "../.."), stack, overrides, ...endpoints }),
  );
}

/** What a program of the tests' own declares, in a project and a stack made for it. Evaluated once in a run. */
export const programGraph = (program: string): Promise<ResourceGraph> =>
  evaluatedOnce(basename(program, ".ts"), (folder) => {
    const main = relative(folder, program);
    writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify({ name: "photo-album", runtime: "nodejs", main }));
    writeFileSync(join(folder, "Pulumi.test.yaml"), JSON.stringify({ config: { "aws:region": "eu-west-1" } }));
    writeFileSync(join(folder, "package-lock.json"), "{}");
    return loadGraph({ projectDir: folder, stack: "test", ...endpoints });
  });

async function evaluatedOnce(
  name: string,
  evaluate: (folder: string) => Promise<ResourceGraph>,
): Promise<ResourceGraph> {
  // The run's own, see shared-folder.ts.
  const folder = join(tmpdir(), name);
  const failure = join(folder, "failure.txt");
  if (claim(folder)) {
    try {
      const graph = await evaluate(folder);
      writeFileSync(`${folder}/graph.json.new`, JSON.stringify(graph));
      renameSync(`${folder}/graph.json.new`, join(folder, "graph.json"));
      return graph;
    } catch (error) {
      writeFileSync(failure, String(error));
      throw error;
    }
  }
  while (!existsSync(join(folder, "graph.json"))) {
    if (existsSync(failure)) throw new Error(readFileSync(failure, "utf8"));
    await pause(50);
  }
  // Written above in another test file, from values of this very type.
  return JSON.parse(readFileSync(join(folder, "graph.json"), "utf8")) as ResourceGraph;
}

/** Making a folder succeeds in one process only. */
function claim(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/** The one resource of a type with a logical name; throws with the names there are. */
export function resource(graph: ResourceGraph, type: string, name: string): ResourceNode {
  const ofType = graph.resources.filter((node) => node.type === type);
  const found = ofType.find((node) => node.name === name);
  if (found !== undefined) return found;
  throw new Error(`There is no ${type} ${name}; there are: ${ofType.map((node) => node.name).join(", ")}.`);
}
