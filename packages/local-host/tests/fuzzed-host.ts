import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Clock } from "../src/kernel/clock";
import { allowEverything } from "../src/kernel/endpoint/access-control";
import { startAwsEndpoint } from "../src/kernel/endpoint/aws-endpoint";
import { Credentials } from "../src/kernel/endpoint/credentials";
import { type HostEvent, HostEvents } from "../src/kernel/host-events";
import { hostedServices } from "../src/kernel/hosted-services";
import type { ResourceNode } from "../src/kernel/program/resource-graph";
import { anyFreePort } from "../src/port";
import { services } from "../src/services";
import { accountId, queueArn, region, resource, thingsTable } from "./hosted-endpoint";
import { bucket, queue, subscription, topic, topicArn } from "./hosted-messaging";
import { apiNodes } from "./http-api-fixture";

export const functionName = "greeter";
const apiRegion = "eu-central-1";
const functionArn = `arn:aws:lambda:${apiRegion}:${accountId}:function:${functionName}`;
export const machineArn = `arn:aws:states:${region}:${accountId}:stateMachine:pass`;

const handler = "exports.handler = async (event) => ({ statusCode: 200, body: String(event.body ?? '') });";

/** One resource of each service, with nothing that waits or that leaves this machine. */
const program = (url: string, folder: string): readonly ResourceNode[] => {
  const archive = join(folder, "code");
  mkdirSync(archive, { recursive: true });
  writeFileSync(join(archive, "index.js"), handler);
  return [
    thingsTable(),
    queue(url, "work"),
    queue(url, "steps.fifo", { fifoQueue: true, contentBasedDeduplication: true }),
    topic("news"),
    subscription("work", { topic: topicArn("news"), protocol: "sqs", endpoint: queueArn("work") }),
    bucket("drop-box"),
    resource("aws:cloudwatch/eventBus:EventBus", "photos", {}, { name: "photos", arn: busArn }),
    resource(
      "aws:cloudwatch/eventRule:EventRule",
      "placed",
      { eventBusName: "photos", eventPattern: JSON.stringify({ detail: { a: [{ exists: true }] } }) },
      { name: "placed", arn: `arn:aws:events:${region}:${accountId}:rule/photos/placed` },
    ),
    resource("aws:cloudwatch/eventTarget:EventTarget", "to-queue", {
      rule: "placed",
      eventBusName: "photos",
      arn: queueArn("work"),
    }),
    resource("aws:ssm/parameter:Parameter", "/app/name", { type: "String", value: "x" }, { name: "/app/name" }),
    resource(
      "aws:sfn/stateMachine:StateMachine",
      "pass",
      {
        definition: JSON.stringify({ StartAt: "Pass", States: { Pass: { Type: "Pass", End: true } } }),
        roleArn: `arn:aws:iam::${accountId}:role/pass`,
        type: "EXPRESS",
      },
      { name: "pass", arn: machineArn },
    ),
    resource("aws:cloudwatch/logGroup:LogGroup", "/app/log", {}, { name: "/app/log", arn: "arn:aws:logs:::/app/log" }),
    resource(
      "aws:lambda/function:Function",
      functionName,
      {
        code: { archive },
        handler: "index.handler",
        runtime: "nodejs24.x",
        role: `arn:aws:iam::${accountId}:role/${functionName}`,
      },
      { name: functionName, arn: functionArn },
    ),
    ...apiNodes({ routes: { "POST /greeting": {}, "GET /greeting/{name}": {}, "ANY /rest/{proxy+}": {} } }),
  ];
};

export const busArn = `arn:aws:events:${region}:${accountId}:event-bus/photos`;

export interface FuzzedHost {
  readonly aws: string;
  readonly api: string;
  readonly services: readonly string[];
  readonly events: readonly HostEvent[];
  stop(): Promise<void>;
}

/** Every part of the host as a program has it started, on free ports and without IAM. */
export const fuzzedHost = async (): Promise<FuzzedHost> => {
  const folder = mkdtempSync(join(tmpdir(), "fuzzed-"));
  const [awsPort, apiPort] = [await anyFreePort(), await anyFreePort()];
  const [aws, api] = [`http://localhost:${awsPort}`, `http://localhost:${apiPort}`];
  const events = new HostEvents();
  const seen: HostEvent[] = [];
  events.subscribe((event) => seen.push(event));
  const credentials = new Credentials();
  const hosts = hostedServices(services, {
    graph: {
      project: "project",
      stack: "dev",
      region,
      accountId,
      resources: program(aws, folder),
      outputs: {},
      secretOutputs: [],
    },
    dataDir: join(folder, "data"),
    cacheDir: join(folder, "cache"),
    awsEndpoint: aws,
    apiEndpoint: api,
    access: allowEverything,
    credentials,
    events,
    clock: new Clock(),
  });
  const endpoint = await startAwsEndpoint({
    port: awsPort,
    services: hosts.apis,
    credentials,
    events,
    otherRequests: (request, response) => hosts.inSequence.some((host) => host.serve?.(request, response) === true),
  });
  for (const host of hosts.inSequence) await host.start();
  return {
    aws,
    api,
    services: hosts.apis.map(({ service }) => service),
    events: seen,
    stop: async () => {
      for (const host of hosts.inSequence.toReversed()) await host.stop();
      await endpoint.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
