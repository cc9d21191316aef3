import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Clock } from "../src/kernel/clock";
import { type AccessControl, allowEverything } from "../src/kernel/endpoint/access-control";
import { Credentials } from "../src/kernel/endpoint/credentials";
import type { RecordedSegment, ServiceCalls } from "../src/kernel/endpoint/service-calls";
import type { HostContext } from "../src/kernel/host-context";
import { type HostEvent, HostEvents } from "../src/kernel/host-events";
import type { ResourceNode } from "../src/kernel/program/resource-graph";
import { type LambdaHost, type LambdaNeeds, lambdaHost } from "../src/services/lambda/lambda-host";
import { eventually } from "../testing/eventually";

const region = "us-east-1";
const accountId = "000000000000";

export const functionArn = (name: string): string => `arn:aws:lambda:${region}:${accountId}:function:${name}`;

export interface SentCall {
  readonly call: string;
  readonly principal: unknown;
  readonly target: string;
  readonly content: unknown;
}

/** A context whose calls to other services are written down, in a folder of its own. */
export class LambdaFixture {
  readonly folder = mkdtempSync(join(tmpdir(), "lambda-"));
  readonly resources: ResourceNode[] = [];
  readonly sent: SentCall[] = [];
  readonly metrics: { readonly name: string; readonly functionName: string | undefined; readonly value: number }[] = [];
  readonly segments: RecordedSegment[] = [];
  readonly log: { readonly group: string; readonly line: string }[] = [];
  readonly happened: HostEvent[] = [];
  readonly events = new HostEvents();
  access: AccessControl = allowEverything;
  private readonly hosts: { stop(): Promise<void> }[] = [];

  constructor() {
    this.events.subscribe((event) => this.happened.push(event));
  }

  function(
    name: string,
    code: string,
    inputs: Readonly<Record<string, unknown>> = {},
    file = "index.js",
  ): ResourceNode {
    const archive = join(this.folder, "code", name);
    mkdirSync(archive, { recursive: true });
    writeFileSync(join(archive, file), code);
    return this.resource(
      "aws:lambda/function:Function",
      name,
      name,
      {
        code: { archive },
        handler: "index.handler",
        runtime: "nodejs24.x",
        role: `arn:aws:iam::${accountId}:role/${name}`,
        ...inputs,
      },
      { arn: functionArn(name) },
    );
  }

  resource(
    type: string,
    name: string,
    id: string,
    inputs: Readonly<Record<string, unknown>>,
    outputs: Readonly<Record<string, unknown>> = {},
  ): ResourceNode {
    const node = {
      urn: `urn:pulumi:dev::test::${type}::${name}`,
      type,
      name,
      custom: true,
      id,
      inputs,
      outputs: { name, ...inputs, ...outputs },
      dependencies: [],
      propertyDependencies: {},
    };
    this.resources.push(node);
    return node;
  }

  get context(): HostContext {
    const sending =
      (call: string) =>
      async (principal: unknown, target: string, ...content: readonly unknown[]) => {
        this.sent.push({ call, principal, target, content: content.length === 1 ? content[0] : content });
      };
    const calls: ServiceCalls = {
      invokeFunction: async () => ({ payload: "null" }),
      invokeFunctionAsync: sending("invokeFunctionAsync"),
      sendMessage: sending("sendMessage"),
      publish: sending("publish"),
      putObject: sending("putObject"),
      putEvents: sending("putEvents"),
      startExecution: sending("startExecution"),
      callAction: async () => ({}),
      recordMetric: (_namespace, name, dimensions, value) => {
        this.metrics.push({ name, functionName: dimensions["FunctionName"], value });
      },
      recordSegments: (segments) => this.segments.push(...segments),
      writeLog: (group, line) => {
        this.log.push({ group, line });
      },
    };
    return {
      graph: {
        project: "test",
        stack: "dev",
        region,
        accountId,
        resources: this.resources,
        outputs: {},
        secretOutputs: [],
      },
      dataDir: join(this.folder, "data"),
      cacheDir: join(this.folder, "cache"),
      awsEndpoint: "http://localhost:4566",
      apiEndpoint: "http://localhost:3000",
      access: this.access,
      calls,
      credentials: new Credentials(),
      clock: new Clock(),
      events: this.events,
    };
  }

  async start(options: Partial<LambdaNeeds> = {}): Promise<LambdaHost> {
    const host = lambdaHost(this.context, {
      credentialsFor: (roleArn, actor) => ({
        accessKeyId: `key of ${actor}`,
        secretAccessKey: "secret",
        sessionToken: roleArn,
      }),
      traceDaemonFor: async ({ kind }) => `daemon of a ${kind}`,
      ...options,
    });
    this.hosts.push(host);
    await host.start();
    return host;
  }

  /** Stopped before the functions are. */
  stopFirst(host: { stop(): Promise<void> }): void {
    this.hosts.unshift(host);
  }

  /** The body of a message that was sent, as JSON. */
  sentBody(index = 0): Record<string, unknown> {
    const content = this.sent[index]?.content;
    if (typeof content !== "object" || content === null || !("body" in content))
      throw new Error(`call ${index} sent no message: ${JSON.stringify(this.sent)}`);
    return json(String(content.body));
  }

  valuesOf(metric: string): readonly number[] {
    return this.metrics.filter(({ name }) => name === metric).map(({ value }) => value);
  }

  async dispose(): Promise<void> {
    for (const host of this.hosts) await host.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A JSON object. */
export const json = (text: string): Record<string, unknown> => JSON.parse(text);

/** Waits for a condition that comes about in other processes. */
export const until = (condition: () => boolean, what: string): Promise<void> =>
  eventually(() => {
    if (!condition()) throw new Error(`It never came to this: ${what}`);
  });
