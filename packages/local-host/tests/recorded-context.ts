import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Clock } from "../src/kernel/clock";
import type { AccessControl } from "../src/kernel/endpoint/access-control";
import { allowEverything } from "../src/kernel/endpoint/access-control";
import type { ActionCall, ActionOutput, ActionService } from "../src/kernel/endpoint/aws-service";
import { Credentials } from "../src/kernel/endpoint/credentials";
import type { Principal } from "../src/kernel/endpoint/principal";
import type { RecordedSegment, ServiceCalls } from "../src/kernel/endpoint/service-calls";
import type { HostContext } from "../src/kernel/host-context";
import { type HostEvent, HostEvents } from "../src/kernel/host-events";
import type { ResourceNode } from "../src/kernel/program/resource-graph";

export interface RecordedCall {
  readonly call: string;
  readonly principal: Principal;
  readonly target: string;
  readonly value: unknown;
}

export interface RecordedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface RecordedContext extends HostContext {
  readonly recorded: RecordedCall[];
  readonly metrics: RecordedMetric[];
  readonly segments: RecordedSegment[];
  readonly logs: { readonly group: string; readonly line: string }[];
  readonly published: HostEvent[];
}

export interface RecordedContextOptions {
  readonly resources?: readonly ResourceNode[];
  readonly dataDir?: string;
  readonly access?: AccessControl;
  readonly calls?: Partial<ServiceCalls>;
}

const REGION = "eu-west-1";

export const arnOf = (service: string, resource: string): string =>
  `arn:aws:${service}:${REGION}:000000000000:${resource}`;

/** A resource of the graph as the program evaluation gives it. */
export const resource = (
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
  outputs: Readonly<Record<string, unknown>> = {},
): ResourceNode => ({
  urn: `urn:pulumi:test::flow::${type}::${name}`,
  type,
  name,
  custom: true,
  id: name,
  inputs,
  outputs: { ...inputs, name, ...outputs },
  dependencies: [],
  propertyDependencies: {},
});

/** A host context that records every call and answers as told, with nothing else running. */
export const recordedContext = (options: RecordedContextOptions = {}): RecordedContext => {
  const recorded: RecordedCall[] = [];
  const metrics: RecordedMetric[] = [];
  const segments: RecordedSegment[] = [];
  const logs: { group: string; line: string }[] = [];
  const published: HostEvent[] = [];
  const events = new HostEvents();
  events.subscribe((event) => published.push(event));
  const { calls = {} } = options;
  const note = (call: string, principal: Principal, target: string, value: unknown) =>
    recorded.push({ call, principal, target, value });
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "flow-"));
  return {
    graph: {
      project: "flow",
      stack: "test",
      region: REGION,
      accountId: "000000000000",
      resources: options.resources ?? [],
      outputs: {},
      secretOutputs: [],
    },
    dataDir,
    cacheDir: join(dataDir, "cache"),
    awsEndpoint: "http://localhost:4566",
    apiEndpoint: "http://localhost:3000",
    access: options.access ?? allowEverything,
    credentials: new Credentials(),
    clock: new Clock(),
    events,
    recorded,
    metrics,
    segments,
    logs,
    published,
    calls: {
      invokeFunction: async (principal, arn, payload, options) => {
        note("invokeFunction", principal, arn, payload);
        return (await calls.invokeFunction?.(principal, arn, payload, options)) ?? { payload: "null" };
      },
      invokeFunctionAsync: async (principal, arn, payload) => {
        note("invokeFunctionAsync", principal, arn, payload);
        await calls.invokeFunctionAsync?.(principal, arn, payload);
      },
      sendMessage: async (principal, arn, message) => {
        note("sendMessage", principal, arn, message);
        await calls.sendMessage?.(principal, arn, message);
      },
      publish: async (principal, arn, message) => {
        note("publish", principal, arn, message);
        await calls.publish?.(principal, arn, message);
      },
      putObject: async (principal, arn, key, body) => {
        note("putObject", principal, arn, { key, body });
      },
      putEvents: async (principal, arn, entry) => {
        note("putEvents", principal, arn, entry);
        await calls.putEvents?.(principal, arn, entry);
      },
      startExecution: async (principal, arn, input) => {
        note("startExecution", principal, arn, input);
        await calls.startExecution?.(principal, arn, input);
      },
      callAction: async (service, call) => {
        note(`${service}:${call.action}`, call.principal, "", call.input);
        return (await calls.callAction?.(service, call)) ?? {};
      },
      recordMetric: (namespace, name, dimensions, value) => metrics.push({ namespace, name, dimensions, value }),
      recordSegments: (recordedSegments) => segments.push(...recordedSegments),
      writeLog: (group, line) => logs.push({ group, line }),
    },
  };
};

/** Calls an action of a service in process. */
export const callService = (
  service: ActionService,
  action: string,
  input: ActionCall["input"],
  principal: Principal = { kind: "developer" },
): Promise<ActionOutput> => service.call({ principal, action, input });
