import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { cacheDirOf } from "./cache-dir-of";
import { Console } from "./console/console";
import { findDamage } from "./find-damage";
import { type HostParts, hostParts } from "./host-parts";
import { startAwsEndpoint } from "./kernel/endpoint/aws-endpoint";
import type { ResourceHost } from "./kernel/endpoint/aws-service";
import { HostEvents } from "./kernel/host-events";
import { localIam } from "./kernel/iam/local-iam";
import { loadGraph } from "./kernel/program/load-graph";
import { localOutputs } from "./kernel/program/local-outputs";
import type { ResourceGraph } from "./kernel/program/resource-graph";

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
  readonly events?: HostEvents;
}

export interface RunningHost {
  readonly graph: ResourceGraph;
  readonly apiEndpoint: string;
  readonly awsEndpoint: string;
  /** The stack's outputs, as `pulumi stack output --json` has them. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly events: HostEvents;
  readonly parts: HostParts;
  /** Types of declared resources that nothing here brings to life. */
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

/** Declared resource types that no part hosts. */
const unhostedTypes = (graph: ResourceGraph, parts: HostParts): readonly string[] => {
  const hosted = new Set(parts.inOrder.flatMap(({ hosts }) => hosts));
  const declared = graph.resources.filter((node) => node.custom || node.type.startsWith("awsx:"));
  return [...new Set(declared.map(({ type }) => type).filter((type) => !hosted.has(type)))].sort();
};

/**
 * Evaluates the program and brings what it declares to life. Rejects with ProgramError when the program is wrong, and with
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
  const iam = localIam(graph, folder, events, options.iam ?? true);
  const parts = hostParts(
    { graph, dataDir: folder, cacheDir: cacheDirOf(projectDir), awsEndpoint, apiEndpoint, access: iam.access, events },
    page.serve,
  );
  page.show(graph, parts);
  const started: ResourceHost[] = [];
  const endpoint = await startAwsEndpoint({
    port: options.awsPort,
    services: parts.services,
    credentials: parts.credentials,
    events,
    otherRequests: (request, response) =>
      iam.serve(request, response) || parts.userPools.serveTokenRequest(request, response),
  });
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    page.stop();
    for (const part of started.toReversed()) await part.stop();
    await endpoint.stop();
  };
  try {
    for (const part of parts.inOrder) {
      started.push(part);
      await part.start();
    }
  } catch (error) {
    await stop();
    throw error;
  }
  if (options.warm ?? true) {
    const warm = parts.lambda.warm().catch((error: unknown) => {
      if (stopping) return;
      events.publish({ level: "warn", resource: "lambda", what: "not warmed", detail: { error: String(error) } });
    });
    await Promise.race([warm, pause(warmingPatienceMs, undefined, { ref: false })]);
  }
  const outputs = localOutputs(graph, awsEndpoint);
  writeWhole(join(folder, "outputs.json"), `${JSON.stringify(outputs, null, 2)}\n`);
  return { graph, apiEndpoint, awsEndpoint, outputs, events, parts, unhosted: unhostedTypes(graph, parts), stop };
}
