import { resolve } from "node:path";
import { type HostCommand, help, readCommandLine, refuseWhatNpmTook, UsageError } from "./command-line";
import { keepLoopbackDirect } from "./direct-loopback";
import { DamagedData, writtenByAnotherVersion } from "./kernel/damaged-data";
import { outliveFaults } from "./kernel/endpoint/request-faults";
import { HostEvents } from "./kernel/host-events";
import { ProgramError } from "./kernel/program/load-graph";
import { FolderError, LocalFolder } from "./local-folder";
import { availablePort, PortError } from "./port";
import { Report } from "./report";
import { sampleRequest } from "./sample-request";
import { apiType } from "./services/api-gateway/resource-types";
import { cognito } from "./services/cognito/cognito";
import { userPoolType } from "./services/cognito/resource-types";
import { type HostOptions, type RunningHost, startHost, writeWhole } from "./start-host";

/** The command that started the host, for messages about options. */
const invocation = process.env["npm_lifecycle_event"] === "start" ? "npm start --" : "pulumi-local-host";

const report = new Report(process.stdout);

/** A token is valid for an hour; the file always has one that is valid for at least half of that. */
const tokenRefreshMs = 30 * 60 * 1000;

/** Whatever started the host may pass on the signal that the terminal has sent to both: that is one Ctrl-C, not two. */
const sameKeystrokeMs = 300;

async function main(): Promise<void> {
  keepLoopbackDirect(process.env);
  refuseWhatNpmTook(process.env);
  const command = readCommandLine(process.argv.slice(2));
  if (command === undefined) return report.line(help(invocation));
  const folder = LocalFolder.claim(resolve(command.folder));
  if (command.fresh) folder.clear();
  const host = await start(command, folder);
  // The reader of the output is gone, and so is the terminal or supervisor that started the host.
  process.stdout.on("error", () => process.exit(1));
  outliveFaults(host.events);
  const stopRefreshing = await keepToken(host, folder);

  let stoppingSince: number | undefined;
  const stop = async (): Promise<void> => {
    if (stoppingSince !== undefined) {
      if (Date.now() - stoppingSince > sameKeystrokeMs) process.exit(1);
      return;
    }
    stoppingSince = Date.now();
    report.line("Stopping; press Ctrl-C again to stop at once.");
    stopRefreshing();
    await host.stop();
    folder.release();
    process.exit(0);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  await sayReady(host, folder, command);
}

async function start(command: HostCommand, folder: LocalFolder): Promise<RunningHost> {
  const began = Date.now();
  const events = new HostEvents();
  events.subscribe((event) => report.event(event));
  const apiPort = await availablePort(command.apiPort, "--port");
  const host = await startWithKeptData(folder, {
    projectDir: process.cwd(),
    stack: command.stack,
    settings: command.settings,
    folder: folder.path,
    apiPort,
    awsPort: await availablePort(command.awsPort, "--aws-port", apiPort),
    iam: command.iam,
    warm: command.warm,
    lambdaConcurrency: command.lambdaConcurrency,
    events,
  });
  report.step(`${host.graph.resources.length} resources of the stack ${command.stack}`, Date.now() - began);
  for (const type of host.unhosted) report.line(`  not hosted here: ${type}`);
  return host;
}

/** Starts with the folder's data; if that cannot be read, moves it aside and starts without data. */
async function startWithKeptData(folder: LocalFolder, options: HostOptions): Promise<RunningHost> {
  try {
    return await startHost(options);
  } catch (error) {
    const damage = error instanceof DamagedData ? error : writtenByAnotherVersion(error);
    if (damage === undefined) throw error;
    const kept = folder.setAside();
    report.line(`${folder.path} cannot be used: ${damage.message}. All of it is kept in ${kept}; beginning afresh.`);
    return startHost(options);
  }
}

/** Keeps a token for the first back end of the first user pool in the folder's file `token`. */
async function keepToken(host: RunningHost, folder: LocalFolder): Promise<() => void> {
  const [pool] = userPoolType.in(host.graph);
  if (pool === undefined) return () => undefined;
  const write = async (): Promise<void> =>
    writeWhole(`${folder.path}/token`, await host.hosts.of(cognito).mintToken(pool.id, {}), 0o600);
  await write();
  const timer = setInterval(write, tokenRefreshMs);
  return () => clearInterval(timer);
}

async function sayReady(host: RunningHost, folder: LocalFolder, { folder: folderName }: HostCommand): Promise<void> {
  report.line();
  // A program without an API has no server for one.
  const hasApi = apiType.in(host.graph).length > 0;
  if (hasApi) report.pair("API", host.apiEndpoint);
  report.pair("AWS endpoint", `${host.awsEndpoint}  (AWS_ENDPOINT_URL)`);
  report.pair("Console", `${hasApi ? host.apiEndpoint : host.awsEndpoint}/_console`);
  report.pair("Outputs", `${folderName}/outputs.json`);
  const sample = hasApi ? await sampleRequest(host.apiEndpoint, `${folder.path}/token`) : undefined;
  if (sample !== undefined) {
    report.line();
    report.heading("Try it:");
    report.line();
    report.line(sample);
  }
  report.line();
  report.heading("Ready");
}

main().catch((error: unknown) => {
  const expected = [UsageError, FolderError, PortError, ProgramError].some((kind) => error instanceof kind);
  process.stderr.write(
    `${expected && error instanceof Error ? error.message : String((error as Error).stack ?? error)}\n`,
  );
  if (error instanceof UsageError) process.stderr.write(`See ${invocation} --help\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
});
