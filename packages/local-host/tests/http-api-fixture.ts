import { Clock } from "../src/kernel/clock";
import { allowEverything } from "../src/kernel/endpoint/access-control";
import { Credentials } from "../src/kernel/endpoint/credentials";
import type { Principal } from "../src/kernel/endpoint/principal";
import type { InvocationResult, ServiceCalls } from "../src/kernel/endpoint/service-calls";
import type { HostContext } from "../src/kernel/host-context";
import { HostEvents } from "../src/kernel/host-events";
import type { ResourceGraph, ResourceNode } from "../src/kernel/program/resource-graph";
import { type HttpApiHost, type HttpApiNeeds, httpApiHost } from "../src/services/api-gateway/http-api-host";

export const region = "eu-central-1";
export const accountId = "000000000000";
export const functionArn = `arn:aws:lambda:${region}:${accountId}:function:greeter`;

type Properties = Readonly<Record<string, unknown>>;

export const node = (type: string, id: string, inputs: Properties, outputs: Properties = {}): ResourceNode => ({
  urn: `urn:pulumi:test::shop::${type}::${id}`,
  type,
  name: id,
  custom: true,
  id,
  inputs,
  outputs: { ...inputs, ...outputs },
  dependencies: [],
  propertyDependencies: {},
});

export const graphOf = (resources: readonly ResourceNode[]): ResourceGraph => ({
  project: "shop",
  stack: "test",
  region,
  accountId,
  resources,
  outputs: {},
  secretOutputs: [],
});

export interface ApiShape {
  readonly id?: string;
  readonly api?: Properties;
  readonly stage?: Properties;
  /** Route key to the route's further inputs. */
  readonly routes?: Readonly<Record<string, Properties>>;
  readonly integration?: Properties;
  readonly authorizer?: Properties;
}

/** An HTTP API with one integration and, by default, one open route. */
export function apiNodes(shape: ApiShape = {}): readonly ResourceNode[] {
  const apiId = shape.id ?? "a1b2c3d4e5";
  const stage = { apiId, name: "$default", autoDeploy: true, ...shape.stage };
  return [
    node(
      "aws:apigatewayv2/api:Api",
      apiId,
      { name: "shop", protocolType: "HTTP", ...shape.api },
      { executionArn: `arn:aws:execute-api:${region}:${accountId}:${apiId}` },
    ),
    node("aws:apigatewayv2/stage:Stage", `${apiId}-stage`, stage),
    node("aws:apigatewayv2/integration:Integration", `${apiId}-greeter`, {
      apiId,
      integrationType: "AWS_PROXY",
      integrationUri: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
      payloadFormatVersion: "2.0",
      ...shape.integration,
    }),
    ...(shape.authorizer === undefined
      ? []
      : [
          node("aws:apigatewayv2/authorizer:Authorizer", `${apiId}-jwt`, {
            apiId,
            authorizerType: "JWT",
            identitySources: ["$request.header.Authorization"],
            ...shape.authorizer,
          }),
        ]),
    ...Object.entries(shape.routes ?? { "GET /greeting": {} }).map(([routeKey, inputs], index) =>
      node("aws:apigatewayv2/route:Route", `${apiId}-route-${index}`, {
        apiId,
        routeKey,
        target: `integrations/${apiId}-greeter`,
        ...inputs,
      }),
    ),
  ];
}

export interface Invocation {
  readonly principal: Principal;
  readonly functionArn: string;
  /** The payload as it crosses to the function. */
  readonly event: Record<string, unknown>;
}

export interface Metric {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Service calls that answer invocations with `respond` and remember what was asked of them. */
export class RecordingCalls {
  readonly invocations: Invocation[] = [];
  readonly metrics: Metric[] = [];
  readonly logs: { readonly group: string; readonly line: string }[] = [];
  respond: (invocation: Invocation) => Promise<InvocationResult> = async () => ({ payload: '{"statusCode":200}' });

  readonly calls: ServiceCalls = {
    invokeFunction: (principal, arn, payload) => {
      // What a function gets is the payload's JSON, an object here.
      const event = JSON.parse(JSON.stringify(payload)) as Record<string, unknown>;
      const invocation = { principal, functionArn: arn, event };
      this.invocations.push(invocation);
      return this.respond(invocation);
    },
    recordMetric: (namespace, name, dimensions, value) => {
      if (namespace === "AWS/ApiGateway") this.metrics.push({ name, dimensions, value });
    },
    recordSegments: () => undefined,
    writeLog: (group, line) => this.logs.push({ group, line }),
    invokeFunctionAsync: notExpected,
    sendMessage: notExpected,
    publish: notExpected,
    putObject: notExpected,
    putEvents: notExpected,
    startExecution: notExpected,
    callAction: notExpected,
  };
}

async function notExpected(): Promise<never> {
  throw new Error("An HTTP API only invokes functions.");
}

export const contextOf = (graph: ResourceGraph, calls: ServiceCalls, dataDir?: string): HostContext => ({
  graph,
  // An HTTP API keeps nothing.
  dataDir: dataDir ?? "/nowhere",
  cacheDir: "/nowhere",
  awsEndpoint: "http://localhost:4566",
  apiEndpoint: "http://127.0.0.1:0",
  access: allowEverything,
  calls,
  credentials: new Credentials(),
  clock: new Clock(),
  events: new HostEvents(),
});

export interface StartedApi {
  readonly host: HttpApiHost;
  readonly recording: RecordingCalls;
  readonly url: string;
  readonly context: HostContext;
}

export async function startApi(resources: readonly ResourceNode[], options: HttpApiNeeds = {}): Promise<StartedApi> {
  const recording = new RecordingCalls();
  const context = contextOf(graphOf(resources), recording.calls);
  const host = httpApiHost(context, options);
  await host.start();
  const [url = ""] = host.endpoints.values();
  return { host, recording, url, context };
}
