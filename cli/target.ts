import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";
import { Problem } from "./problem";

export interface TargetOptions {
  /** A deployed stack; without it the local host's. */
  readonly stack?: string;
  /** Folder of the local host. */
  readonly dataDir: string;
  readonly token?: string;
}

const outputsSchema = z.object({
  api_endpoint: z.string(),
  intake_topic_arn: z.string(),
  import_bucket: z.string(),
  fulfilment_queue_url: z.string(),
  token_endpoint: z.string().optional(),
  user_pool_client_id: z.string().optional(),
});

type Outputs = z.output<typeof outputsSchema>;

/** What the SDK's clients need to reach the target: nothing on AWS, the local endpoint here. */
export interface AwsAccess {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly forcePathStyle?: boolean;
}

/** Where the commands go: the running local host, or a deployed stack. */
export interface Target {
  readonly outputs: Outputs;
  readonly aws: AwsAccess;
  token(): Promise<string>;
}

/** Finds the target. Throws Problem when there is none. */
export const findTarget = (options: TargetOptions): Promise<Target> =>
  options.stack === undefined ? localTarget(options) : deployedTarget(options.stack, options);

async function localTarget({ dataDir, token }: TargetOptions): Promise<Target> {
  const file = join(dataDir, "outputs.json");
  if (!existsSync(file)) {
    throw new Problem(
      `There is no ${file}: the local host has not run here. Start it with npm start, or name a deployed stack with --stack.`,
    );
  }
  const outputs = readOutputs(readFileSync(file, "utf8"), file);
  return {
    outputs,
    aws: {
      region: regionOf(outputs),
      endpoint: new URL(outputs.fulfilment_queue_url).origin,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      forcePathStyle: true,
    },
    token: async () => token ?? process.env["ORDERS_TOKEN"] ?? readFileSync(join(dataDir, "token"), "utf8"),
  };
}

async function deployedTarget(stack: string, { token }: TargetOptions): Promise<Target> {
  const command = ["stack", "output", "--json", "--stack", stack];
  const { stdout } = await promisify(execFile)("pulumi", command).catch((error: unknown) => {
    const said = z.object({ code: z.unknown(), stderr: z.string().optional() }).safeParse(error).data;
    const reason =
      said?.code === "ENOENT" ? "the Pulumi CLI is not installed" : (said?.stderr?.trim() ?? String(error));
    throw new Problem(`pulumi ${command.join(" ")} failed: ${reason}`);
  });
  const outputs = readOutputs(stdout, `The output of the stack ${stack}`);
  return {
    outputs,
    aws: { region: regionOf(outputs) },
    token: async () => token ?? process.env["ORDERS_TOKEN"] ?? clientToken(outputs),
  };
}

function readOutputs(json: string, source: string): Outputs {
  const result = outputsSchema.safeParse(JSON.parse(json));
  if (result.success) return result.data;
  throw new Problem(`${source} is not that of an order pipeline: ${z.prettifyError(result.error)}`);
}

/** `arn:aws:sns:eu-central-1:...` */
const regionOf = ({ intake_topic_arn }: Outputs): string => intake_topic_arn.split(":")[3] ?? "us-east-1";

const tokenAnswer = z.object({ access_token: z.string() });

/** A back end's token, by its client id and secret. */
async function clientToken({ token_endpoint, user_pool_client_id }: Outputs): Promise<string> {
  const secret = process.env["ORDERS_CLIENT_SECRET"];
  if (token_endpoint === undefined || user_pool_client_id === undefined || secret === undefined) {
    throw new Problem(
      "A token is needed: give one with --token or ORDERS_TOKEN, or the back end's secret with ORDERS_CLIENT_SECRET.",
    );
  }
  const answer = await fetch(token_endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization: `Basic ${Buffer.from(`${user_pool_client_id}:${secret}`).toString("base64")}`,
    },
    body: "grant_type=client_credentials",
  });
  if (!answer.ok) throw new Problem(`${token_endpoint} gave no token: ${answer.status} ${await answer.text()}`);
  return tokenAnswer.parse(await answer.json()).access_token;
}
