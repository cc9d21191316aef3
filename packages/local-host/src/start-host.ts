import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { cacheDirOf } from "./cache-dir-of";
import { Console } from "./console/console";
import { findDamage } from "./find-damage";
import { Clock } from "./kernel/clock";
import { clockControl } from "./kernel/clock-control";
import { startAwsEndpoint } from "./kernel/endpoint/aws-endpoint";
import { Credentials } from "./kernel/endpoint/credentials";
import { HostEvents } from "./kernel/host-events";
import { type HostedServices, hostedServices } from "./kernel/hosted-services";
import { localIam } from "./kernel/iam/local-iam";
import { loadGraph } from "./kernel/program/load-graph";
import { localOutputs } from "./kernel/program/local-outputs";
import { assertNames } from "./kernel/program/name-rule";
import { isProvisioned, type ResourceGraph } from "./kernel/program/resource-graph";
import type { ResourceHost } from "./kernel/resource-host";
import { CallCounts } from "./kernel/usage/call-counts";
import { serviceDeclarations } from "./service-declarations";
import { services } from "./services";
import { cloudwatch } from "./services/cloudwatch/cloudwatch";
import { lambda } from "./services/lambda/lambda";
import { assertReservationsFit, usualConcurrency } from "./services/lambda/reserved-concurrency";
import { logs } from "./services/logs/logs";
import { sqs } from "./services/sqs/sqs";
import { xray } from "./services/xray/xray";

export interface HostOptions {
  /** Folder that holds Pulumi.yaml. */
  readonly projectDir: string;
  readonly stack: string;
  /** Settings that replace those of the stack file. */
  readonly settings: Readonly<Record<string, string>>;
  /** Folder for data, logs and outputs; claimed by this process. */
  readonly folder: string;
  /** Ports, free ones. */
  readonly apiPort: number;
  readonly awsPort: number;
  /** Whether the program's policies are enforced. Default true. */
  readonly iam?: boolean;
  /** False starts no function before its first event. Default true. */
  readonly warm?: boolean;
  /** Lambda's quota of concurrent executions, which the reservations must fit into. Default 1,000. */
  readonly lambdaConcurrency?: number;
  readonly events?: HostEvents;
}

export interface RunningHost {
  readonly graph: ResourceGraph;
  readonly apiEndpoint: string;
  readonly awsEndpoint: string;
  /** The stack's outputs, as `pulumi stack output --json` has them. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly events: HostEvents;
  readonly hosts: HostedServices;
  /** Types of declared resources that no service knows. */
  readonly unhosted: readonly string[];
  stop(): Promise<void>;
}

/** How long `Ready` waits for a process of each function; on a slow machine the rest are started behind it. */
const warmingPatienceMs = 3_000;

/** Writes a file whole or not at all. */
export const writeWhole = (file: string, text: string, mode = 0o644): void => {
  writeFileSync(`${file}.new`, text, { mode });
  renameSync(`${file}.new`, file);
};

/** Declared resource types that no service knows. */
const unhostedTypes = (graph: ResourceGraph): readonly string[] => {
  const hosted = new Set(serviceDeclarations.flatMap(({ types }) => types.map(({ token }) => token)));
  const declared = graph.resources.filter(isProvisioned).map(({ type }) => type);
  return [...new Set(declared.filter((type) => !hosted.has(type)))].sort();
};

/**
 * Evaluates the program and hosts what it declares. Rejects with ProgramError when the program is wrong, and with
 * DamagedData when what an earlier run has left cannot be read.
 */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const { projectDir, stack, settings, folder } = options;
  const damage = findDamage(folder);
  if (damage !== undefined) throw damage;
  const apiEndpoint = `http://localhost:${options.apiPort}`;
  const awsEndpoint = `http://localhost:${options.awsPort}`;
  const events = options.events ?? new HostEvents();
  const page = new Console(events);
  const graph = await loadGraph({
    projectDir,
    stack,
    overrides: settings,
    awsEndpoint,
    apiEndpoint,
  });
  assertNames(
    graph,
    serviceDeclarations.flatMap(({ names = [] }) => names),
  );
  assertReservationsFit(graph, options.lambdaConcurrency ?? usualConcurrency);
  const iam = localIam(graph, serviceDeclarations, folder, events, options.iam ?? true);
  const calls = new CallCounts();
  const credentials = new Credentials();
  const clock = new Clock();
  const serveClock = clockControl(clock);
  const hosts = hostedServices(services, {
    graph,
    dataDir: folder,
    cacheDir: cacheDirOf(projectDir),
    awsEndpoint,
    apiEndpoint,
    access: calls.counting(page.counting(iam.access)),
    credentials,
    events,
    clock,
    interceptApi: page.serve,
  });
  const started: ResourceHost[] = [];
  const endpoint = await startAwsEndpoint({
    port: options.awsPort,
    services: hosts.apis,
    credentials,
    events,
    otherRequests: (request, response) =>
      iam.serve(request, response) ||
      serveClock(request, response) ||
      calls.serve(request, response) ||
      page.serve(request, response) ||
      hosts.inSequence.some((host) => host.serve?.(request, response) === true),
  });
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    page.stop();
    for (const host of started.toReversed()) await host.stop();
    await endpoint.stop();
  };
  try {
    for (const host of hosts.inSequence) {
      started.push(host);
      await host.start();
    }
  } catch (error) {
    await stop();
    throw error;
  }
  page.show(graph, {
    metrics: hosts.of(cloudwatch),
    messages: hosts.of(sqs),
    functions: hosts.of(lambda),
    logs: hosts.of(logs),
    traces: hosts.of(xray),
    clock,
  });
  if (options.warm ?? true) {
    const warm = Promise.all(hosts.inSequence.map((host) => host.warm?.())).catch((error: unknown) => {
      if (stopping) return;
      events.publish({ level: "warn", resource: "local host", what: "not warmed", detail: { error: String(error) } });
    });
    await Promise.race([warm, pause(warmingPatienceMs, undefined, { ref: false })]);
  }
  const outputs = localOutputs(graph, serviceDeclarations, awsEndpoint);
  writeWhole(join(folder, "outputs.json"), `${JSON.stringify(outputs, null, 2)}\n`);
  return { graph, apiEndpoint, awsEndpoint, outputs, events, hosts, unhosted: unhostedTypes(graph), stop };
}
