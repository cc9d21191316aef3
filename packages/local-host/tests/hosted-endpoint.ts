import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Clock } from "../src/kernel/clock";
import { type AccessControl, allowEverything } from "../src/kernel/endpoint/access-control";
import { startAwsEndpoint } from "../src/kernel/endpoint/aws-endpoint";
import type { AwsService } from "../src/kernel/endpoint/aws-service";
import { Credentials } from "../src/kernel/endpoint/credentials";
import type { ServiceCalls } from "../src/kernel/endpoint/service-calls";
import type { HostContext } from "../src/kernel/host-context";
import { type HostEvent, HostEvents } from "../src/kernel/host-events";
import type { ResourceNode } from "../src/kernel/program/resource-graph";
import { anyFreePort } from "../src/port";
import { type DynamodbHost, dynamodbHost } from "../src/services/dynamodb/dynamodb-host";
import type { EngineKind } from "../src/services/dynamodb/engine-program";
import { type QueueHost, queueHost } from "../src/services/sqs/queue-host";
import { securityTokenService } from "../src/services/sts/security-token-service";

export const region = "us-east-1";
export const accountId = "000000000000";

/** A resource as the program would have declared it. */
export const resource = (
  type: string,
  id: string,
  inputs: Readonly<Record<string, unknown>>,
  outputs: Readonly<Record<string, unknown>> = {},
): ResourceNode => ({
  urn: `urn:pulumi:dev::project::${type}::${id.split("/").at(-1)}`,
  type,
  name: id.split("/").at(-1) ?? id,
  custom: true,
  id,
  inputs,
  outputs: { ...inputs, ...outputs },
  dependencies: [],
  propertyDependencies: {},
});

export const thingsTable = (inputs: Readonly<Record<string, unknown>> = {}): ResourceNode =>
  resource(
    "aws:dynamodb/table:Table",
    "things",
    {
      hashKey: "id",
      attributes: [
        { name: "id", type: "S" },
        { name: "owner", type: "S" },
      ],
      globalSecondaryIndexes: [{ name: "by-owner", hashKey: "owner", projectionType: "KEYS_ONLY" }],
      billingMode: "PAY_PER_REQUEST",
      streamEnabled: true,
      streamViewType: "NEW_AND_OLD_IMAGES",
      ...inputs,
    },
    {
      name: "things",
      arn: `arn:aws:dynamodb:${region}:${accountId}:table/things`,
      streamArn: `arn:aws:dynamodb:${region}:${accountId}:table/things/stream/2026-01-01T00:00:00.000`,
    },
  );

export const thingsStream = `arn:aws:dynamodb:${region}:${accountId}:table/things/stream/2026-01-01T00:00:00.000`;

export const queueArn = (name: string): string => `arn:aws:sqs:${region}:${accountId}:${name}`;

export interface HostedEndpoint {
  readonly url: string;
  readonly dataDir: string;
  readonly context: HostContext;
  readonly credentials: Credentials;
  readonly events: readonly HostEvent[];
  readonly tables: DynamodbHost;
  readonly queues: QueueHost;
  queueUrl(name: string): string;
  stop(): Promise<void>;
}

const noCalls: ServiceCalls = new Proxy({} as ServiceCalls, {
  get: (_, name) => () => {
    throw new Error(`${String(name)} is not part of this test`);
  },
});

export interface HostedEndpointOptions {
  /** Given the endpoint's URL, because queues have it in theirs. */
  readonly resources: (url: string) => readonly ResourceNode[];
  readonly access?: AccessControl;
  readonly dataDir?: string;
  readonly engine?: EngineKind;
  readonly calls?: Partial<ServiceCalls>;
  readonly services?: (context: HostContext, queues: QueueHost) => Promise<readonly AwsService[]>;
}

/** The endpoint with tables and queues, on a free port. */
export const hostedEndpoint = async (options: HostedEndpointOptions): Promise<HostedEndpoint> => {
  const port = await anyFreePort();
  const url = `http://localhost:${port}`;
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "hosted-endpoint-"));
  const events = new HostEvents();
  const seen: HostEvent[] = [];
  events.subscribe((event) => seen.push(event));
  const credentials = new Credentials();
  const context: HostContext = {
    graph: {
      project: "project",
      stack: "dev",
      region,
      accountId,
      resources: options.resources(url),
      outputs: {},
      secretOutputs: [],
    },
    dataDir,
    cacheDir: join(dataDir, "cache"),
    awsEndpoint: url,
    apiEndpoint: "http://localhost:0",
    access: options.access ?? allowEverything,
    calls: { ...noCalls, recordMetric: () => undefined, ...options.calls } as ServiceCalls,
    credentials,
    events,
    clock: new Clock(),
  };
  const tables = dynamodbHost(context, options.engine);
  const queues = queueHost(context);
  if (context.graph.resources.some(({ type }) => type.startsWith("aws:dynamodb/"))) await tables.start();
  await queues.start();
  const more = (await options.services?.(context, queues)) ?? [];
  const endpoint = await startAwsEndpoint({
    port,
    services: [tables.service, queues.service, securityTokenService(accountId), ...more],
    credentials,
    events,
  });
  return {
    url,
    dataDir,
    context,
    credentials,
    events: seen,
    tables,
    queues,
    queueUrl: (name) => `${url}/${accountId}/${name}`,
    stop: async () => {
      await endpoint.stop();
      await queues.stop();
      await tables.stop();
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
