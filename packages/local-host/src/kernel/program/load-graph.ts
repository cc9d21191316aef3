import { randomUUID } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { cacheDirOf } from "../../cache-dir-of";
import { runScript } from "../../run-script";
import { type Evaluation, EvaluationCache } from "./evaluation-cache";
import type { EvaluationRequest } from "./evaluation-request";
import { withoutLoopbackOrigins } from "./loopback-origins";
import type { ResourceGraph } from "./resource-graph";

export interface LoadGraphArgs {
  /** Folder that holds Pulumi.yaml. */
  readonly projectDir: string;
  /** The stack whose Pulumi.<stack>.yaml is read. */
  readonly stack: string;
  /** Settings that replace those of the stack file, keys with or without the project's namespace. */
  readonly overrides?: Readonly<Record<string, string>>;
  readonly awsEndpoint: string;
  readonly apiEndpoint: string;
}

/** The program could not be evaluated; the message is what the program itself said. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
}

const accountId = "000000000000";

const projectFile = z.object({ name: z.string(), main: z.string().optional() });
const stackFile = z.object({ config: z.record(z.string(), z.unknown()).optional() }).nullable();

const isSecure = (value: unknown): boolean => typeof value === "object" && value !== null && "secure" in value;

function readYaml<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(parsedYaml(file));
  if (result.success) return result.data;
  throw new ProgramError(`${file}: ${z.prettifyError(result.error)}`);
}

function parsedYaml(file: string): unknown {
  const text = readFileSync(file, "utf8");
  try {
    return parse(text);
  } catch (error) {
    // Its message has the place, and shows the lines.
    throw new ProgramError(`${file} is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readConfig(args: LoadGraphArgs, project: string): Pick<EvaluationRequest, "config" | "secretKeys"> {
  const file = join(args.projectDir, `Pulumi.${args.stack}.yaml`);
  if (!existsSync(file)) {
    const known = readdirSync(args.projectDir).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
    throw new ProgramError(
      `There is no stack ${args.stack}: ${file} does not exist. Stacks here: ${known.join(", ")}.`,
    );
  }
  const qualified = (key: string): string => (key.includes(":") ? key : `${project}:${key}`);
  const config: Record<string, string> = {};
  const secretKeys: string[] = [];
  for (const [key, value] of Object.entries(readYaml(file, stackFile)?.config ?? {})) {
    // A secret can be decrypted only with the stack's passphrase or key; on this machine a stand-in does.
    if (isSecure(value)) secretKeys.push(qualified(key));
    config[qualified(key)] = isSecure(value)
      ? `local-${key.replace(/^.*:/, "")}`
      : typeof value === "string"
        ? value
        : JSON.stringify(value);
  }
  for (const [key, value] of Object.entries(args.overrides ?? {})) config[qualified(key)] = value;
  return { config, secretKeys };
}

/** Those of npm, Yarn, pnpm and Bun. */
const lockFileNames = ["package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"];

/** The lock files nearest to a folder: a member of a workspace has its lock file in the workspace's root. */
function lockFilesFor(folder: string): readonly string[] {
  const here = lockFileNames.map((name) => join(folder, name)).filter((file) => existsSync(file));
  const above = dirname(folder);
  return here.length > 0 || above === folder ? here : lockFilesFor(above);
}

/** Stand for the endpoints in a kept evaluation; each host has its own. */
const endpoints = { awsEndpoint: "http://aws.endpoint.invalid", apiEndpoint: "http://api.endpoint.invalid" };

/**
 * What the Pulumi program of a folder declares for one stack; evaluated, unless nothing that it depends on has changed
 * since the last time. Rejects with ProgramError when the program or a setting is wrong.
 */
export async function loadGraph(args: LoadGraphArgs): Promise<ResourceGraph> {
  const { projectDir, stack } = args;
  const projectYaml = join(projectDir, "Pulumi.yaml");
  if (!existsSync(projectYaml)) {
    throw new ProgramError(`${projectDir} has no Pulumi program: there is no Pulumi.yaml in it. Start the host there.`);
  }
  const project = readYaml(projectYaml, projectFile);
  const cacheDir = writableCacheDir(projectDir);
  const { config: given, secretKeys } = readConfig(args, project.name);
  const { config, restore } = withoutLoopbackOrigins(given);
  const request: EvaluationRequest = {
    projectDir,
    program: join(projectDir, project.main ?? "index.ts"),
    lockFiles: lockFilesFor(projectDir),
    project: project.name,
    stack,
    config,
    secretKeys,
    placement: { accountId, region: config["aws:region"] ?? "us-east-1", ...endpoints },
    codeDir: join(cacheDir, "code"),
    evaluationFile: join(cacheDir, `evaluation-${randomUUID()}.json`),
  };
  const cache = new EvaluationCache(join(cacheDir, "graphs"), request);
  const kept = cache.read() ?? (await evaluate(request, cache, restore));
  const here = restore(JSON.stringify(kept))
    .replaceAll(endpoints.awsEndpoint, args.awsEndpoint)
    .replaceAll(endpoints.apiEndpoint, args.apiEndpoint);
  // Replacing text within strings leaves the type as it was.
  return JSON.parse(here) as ResourceGraph;
}

/** What was installed by somebody else, or is mounted to be read only, cannot keep what the host makes of it. */
function writableCacheDir(projectDir: string): string {
  const cacheDir = cacheDirOf(projectDir);
  try {
    mkdirSync(cacheDir, { recursive: true });
    accessSync(cacheDir, constants.W_OK);
    return cacheDir;
  } catch (error) {
    throw new ProgramError(
      `${cacheDir} cannot be used (${String(error)}): bundles are kept there. Install the project as the user who runs it.`,
    );
  }
}

async function evaluate(
  request: EvaluationRequest,
  cache: EvaluationCache,
  inOwnWords: (complaint: string) => string,
): Promise<ResourceGraph> {
  const { code, complaint } = await runScript(
    join(__dirname, "../../evaluate-program.ts"),
    request,
    request.projectDir,
  );
  if (code !== 0)
    throw new ProgramError(inOwnWords(complaint).trim() || `The program ended with exit code ${String(code)}.`);
  // Written by evaluate-program.ts a moment ago, from a value of this very type.
  const evaluation = JSON.parse(readFileSync(request.evaluationFile, "utf8")) as Evaluation;
  rmSync(request.evaluationFile);
  // What the program has written and removed again, such as bundles in a temporary folder, it makes anew from the rest.
  const files = Object.fromEntries(Object.entries(evaluation.files).filter(([path]) => existsSync(path)));
  cache.write({ ...evaluation, files });
  return evaluation.graph;
}
