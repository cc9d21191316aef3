import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

export interface HostCommand {
  readonly stack: string;
  readonly folder: string;
  readonly fresh: boolean;
  readonly apiPort: number;
  readonly awsPort: number;
  /** Whether the program's policies are enforced. */
  readonly iam: boolean;
  readonly warm: boolean;
  /** Lambda's quota of concurrent executions that the account would have. */
  readonly lambdaConcurrency: number;
  readonly settings: Readonly<Record<string, string>>;
}

/** The command line is wrong. The message says what and what is right. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** @param invocation how the host is started, for example `npm start --` */
export const help = (invocation: string): string => `Hosts what the Pulumi program declares on this machine.

Usage: ${invocation} [options]

  --stack NAME         the stack to host, of Pulumi.NAME.yaml (default dev)
  --config KEY=VALUE   a setting in place of the stack file's; may be repeated
  --fresh              forget what earlier runs have left
  --port N             port of the HTTP API and the console, 0 for any free one (default 3000)
  --aws-port N         port of the AWS endpoint, 0 for any free one (default 4566)
  --no-iam             allow every call, whatever the program's policies say
  --no-warm            start no function before its first event
  --lambda-concurrency N
                       concurrent executions of the account that it stands for (default 1000)
  --data-dir FOLDER    where data, logs and outputs are kept (default .local)
  --help               this text

Examples:
  ${invocation} --fresh
  ${invocation} --config catalogueUrl=http://localhost:8080 --config size=small
  ${invocation} --port 0 --aws-port 0 --data-dir /tmp/second
`;

/** Reads the command line; undefined asks for the help text. Throws UsageError. */
export function readCommandLine(args: readonly string[]): HostCommand | undefined {
  const { values } = parse(args);
  if (values.help === true) return undefined;
  const apiPort = portFrom("--port", values.port);
  const awsPort = portFrom("--aws-port", values["aws-port"]);
  if (apiPort === awsPort && apiPort !== 0) {
    throw new UsageError(`--port and --aws-port are both ${apiPort}: they must differ.`);
  }
  return {
    stack: values.stack,
    folder: values["data-dir"],
    fresh: values.fresh,
    apiPort,
    awsPort,
    iam: !values["no-iam"],
    warm: !values["no-warm"],
    lambdaConcurrency: countFrom("--lambda-concurrency", values["lambda-concurrency"]),
    settings: Object.fromEntries(values.config.map(settingFrom)),
  };
}

const options = {
  stack: { type: "string", default: "dev" },
  config: { type: "string", multiple: true, default: [] },
  fresh: { type: "boolean", default: false },
  port: { type: "string", default: "3000" },
  "aws-port": { type: "string", default: "4566" },
  "no-iam": { type: "boolean", default: false },
  "no-warm": { type: "boolean", default: false },
  "lambda-concurrency": { type: "string", default: "1000" },
  "data-dir": { type: "string", default: ".local" },
  help: { type: "boolean", short: "h" },
} satisfies ParseArgsOptionsConfig;

/**
 * `npm start --fresh`, without the `--` before it, gives the option to npm, which puts it into the environment and starts
 * the host without it. Throws UsageError that says how it is written.
 */
export function refuseWhatNpmTook(environment: NodeJS.ProcessEnv): void {
  if (environment["npm_lifecycle_event"] !== "start") return;
  for (const option of Object.keys(options)) {
    // npm keeps --no-iam as iam with no value.
    const variable = `npm_config_${option.replace(/^no-/, "").replaceAll("-", "_")}`;
    if (environment[variable] !== undefined) {
      throw new UsageError(`npm has taken --${option} for itself: write npm start -- --${option}, with -- before it.`);
    }
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function portFrom(option: string, value: string): number {
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port;
  throw new UsageError(`${option} is ${JSON.stringify(value)}: it must be a port number from 0 to 65535.`);
}

function countFrom(option: string, value: string): number {
  if (/^[1-9]\d{0,6}$/.test(value)) return Number(value);
  throw new UsageError(`${option} is ${JSON.stringify(value)}: it must be a whole number, such as 1000.`);
}

function settingFrom(text: string): [string, string] {
  const [, key, value] = /^([^=\s]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) {
    throw new UsageError(`--config is ${JSON.stringify(text)}: it must be KEY=VALUE, such as protect=true.`);
  }
  return [key, value];
}
