import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Console } from "../src/console/console";
import type { ConsoleSources } from "../src/console/console-state";
import { HostEvents } from "../src/kernel/host-events";
import type { ResourceGraph, ResourceNode } from "../src/kernel/program/resource-graph";
import { MetricStore } from "../src/services/cloudwatch/metric-store";

const aResource = (type: string, name: string, inputs = {}, arn = `arn:aws:${name}`): ResourceNode => ({
  urn: `urn:pulumi:dev::project::${type}::${name}`,
  type,
  name,
  custom: true,
  id: `${name}-id`,
  inputs,
  outputs: { name: `${name}-1234567`, arn },
  dependencies: [],
  propertyDependencies: {},
});

const graph: ResourceGraph = {
  project: "project",
  stack: "dev",
  region: "eu-central-1",
  accountId: "000000000000",
  resources: [
    aResource("aws:lambda/function:Function", "work"),
    aResource("aws:sqs/queue:Queue", "jobs", {
      redrivePolicy: '{"deadLetterTargetArn":"arn:aws:failed","maxReceiveCount":5}',
    }),
    aResource("aws:sqs/queue:Queue", "failed"),
  ],
  outputs: {},
  secretOutputs: [],
};

let server: Server;
let events: HostEvents;
let page: Console;
let store: MetricStore;
let origin: string;

beforeEach(async () => {
  events = new HostEvents();
  store = new MetricStore();
  page = new Console(events);
  server = createServer((incoming, response) => {
    if (!page.serve(incoming, response)) response.writeHead(418).end();
  });
  await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  page.stop();
  server.closeAllConnections();
  server.close();
});

const show = (): void => {
  const depth = () => ({ visible: 2, inFlight: 1, delayed: 0, oldestAgeSeconds: 7 });
  const alarms = () => [{ definition: { name: "jobs-wait" }, state: "ALARM", reason: "7 > 5", since: 0 }];
  // Of an alarm the console reads these alone.
  page.show(graph, { metrics: { store, alarms }, queues: { depth } } as unknown as ConsoleSources);
};

const state = async () => (await fetch(`${origin}/_console/state`)).json();

describe("the console", () => {
  it("says that the host is starting until it is shown one", async () => {
    expect((await fetch(`${origin}/_console`)).status).toBe(503);
  });

  it("leaves every other path to the API", async () => {
    show();
    expect((await fetch(`${origin}/_consoles`)).status).toBe(418);
    expect((await fetch(`${origin}/`)).status).toBe(418);
  });

  it("serves its page, which loads nothing from elsewhere", async () => {
    show();
    const answer = await fetch(`${origin}/_console`);
    const text = await answer.text();
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(text).not.toMatch(/https?:\/\//);
  });

  it("shows functions, queues with those for dead letters, alarms and all resources", async () => {
    show();
    const identity = (name: string) => ({
      namespace: "AWS/Lambda",
      name,
      dimensions: { FunctionName: "work-1234567" },
    });
    store.record(identity("Invocations"), 1);
    store.record(identity("Invocations"), 1);
    store.record(identity("Errors"), 1);
    store.record(identity("Duration"), 12);
    const queue = { visible: 2, inFlight: 1, delayed: 0, oldestSeconds: 7 };
    expect(await state()).toEqual({
      stack: "dev",
      functions: [{ name: "work-1234567", logical: "work", invocations: 2, errors: 1, throttles: 0, p50: 12 }],
      queues: [
        { name: "jobs-1234567", logical: "jobs", ...queue, deadLetters: false },
        { name: "failed-1234567", logical: "failed", ...queue, deadLetters: true },
      ],
      alarms: [{ name: "jobs-wait", state: "ALARM", reason: "7 > 5" }],
      resources: [
        { type: "aws:lambda/function:Function", logical: "work", id: "work-id" },
        { type: "aws:sqs/queue:Queue", logical: "jobs", id: "jobs-id" },
        { type: "aws:sqs/queue:Queue", logical: "failed", id: "failed-id" },
      ],
    });
  });

  it("sends what happened before a page was opened, and then what happens", async () => {
    show();
    events.publish({ level: "error", resource: "work", what: "failed" });
    const answer = await fetch(`${origin}/_console/events`);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toMatch(/^data: .*"resource":"work","what":"failed"}\n\n$/);
    events.publish({ level: "info", resource: "work", what: "invoked" });
    expect((await reader?.read())?.value).toContain('"what":"invoked"');
    await reader?.cancel();
  });

  it("answers nobody who reached it by another name than this machine's", async () => {
    show();
    const status = await new Promise<number | undefined>((settle, refuse) => {
      const headers = { host: "attacker.example" };
      request(`${origin}/_console/state`, { headers }, (answer) => settle(answer.resume().statusCode))
        .on("error", refuse)
        .end();
    });
    expect(status).toBe(403);
  });
});
