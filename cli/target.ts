import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { clientToken } from "./client-token";
import { CommandError } from "./command-error";
import { readStackOutputs, type StackOutputs } from "./stack-outputs";

export interface TargetOptions {
  /** A deployed stack; without it the local host's. */
  readonly stack?: string;
  /** Folder of the local host. */
  readonly dataDir: string;
  readonly token?: string;
}

/** What the SDK's clients need to reach the target: nothing on AWS, the local endpoint here. */
export interface AwsAccess {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly forcePathStyle?: boolean;
}

/** Where the commands go: the running local host, or a deployed stack. */
export interface Target {
  /** The deployed stack; undefined for the local host. */
  readonly stack: string | undefined;
  /** Folder of the local host. */
  readonly dataDir: string;
  readonly outputs: StackOutputs;
  readonly aws: AwsAccess;
  /** What to say when nobody answers there. */
  readonly unreachable: string;
  token(): Promise<string>;
}

const projectDir = join(__dirname, "..");

/** Finds the target. Throws CommandError when there is none. */
export const findTarget = (options: TargetOptions): Promise<Target> =>
  options.stack === undefined ? localTarget(options) : deployedTarget(options.stack, options);

async function localTarget({ dataDir, token }: TargetOptions): Promise<Target> {
  const file = join(dataDir, "outputs.json");
  if (!existsSync(file)) {
    throw new CommandError(
      `There is no ${file}: the local host has not run here. Start it with npm start, name its folder with --data-dir, or a deployed stack with --stack.`,
    );
  }
  const outputs = readStackOutputs(readFileSync(file, "utf8"), file);
  return {
    stack: undefined,
    dataDir,
    outputs,
    aws: {
      region: regionOf(outputs),
      endpoint: new URL(outputs.fulfilment_queue_url).origin,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      forcePathStyle: true,
    },
    unreachable: `The local host of ${dataDir} does not answer at ${outputs.api_endpoint}. Start it with npm start`,
    token: async () => givenToken(token) ?? hostToken(join(dataDir, "token")),
  };
}

async function deployedTarget(stack: string, { token, dataDir }: TargetOptions): Promise<Target> {
  const command = ["stack", "output", "--json", "--stack", stack];
  const { stdout } = await promisify(execFile)("pulumi", command, { cwd: projectDir }).catch((error: unknown) => {
    throw new CommandError(`pulumi ${command.join(" ")} failed: ${reasonOf(Object(error))}`);
  });
  const outputs = readStackOutputs(stdout, `The output of the stack ${stack}`);
  return {
    stack,
    dataDir,
    outputs,
    aws: { region: regionOf(outputs) },
    unreachable: `The stack ${stack} does not answer at ${outputs.api_endpoint}`,
    token: async () => givenToken(token) ?? clientToken(outputs, process.env["ORDERS_CLIENT_SECRET"] || undefined),
  };
}

const reasonOf = (error: { readonly code?: unknown; readonly stderr?: unknown }): string =>
  error.code === "ENOENT"
    ? "the Pulumi CLI is not installed, see https://www.pulumi.com/docs/install/"
    : String(error.stderr ?? error).trim();

/** A variable that is set to nothing counts as not set. */
const givenToken = (token: string | undefined): string | undefined =>
  token ?? (process.env["ORDERS_TOKEN"] || undefined);

function hostToken(file: string): string {
  if (existsSync(file)) return readFileSync(file, "utf8");
  throw new CommandError(
    `There is no ${file}: the local host writes it only for a stack with a user pool of its own. Pass a token with --token or ORDERS_TOKEN.`,
  );
}

/** `arn:aws:sns:eu-central-1:...` */
const regionOf = ({ intake_topic_arn }: StackOutputs): string => intake_topic_arn.split(":")[3] ?? "us-east-1";
