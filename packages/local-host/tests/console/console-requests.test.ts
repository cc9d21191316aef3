import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Console } from "../../src/console/console";
import type { ConsoleState, FlowPicture } from "../../src/console/console-data";
import type { ConsoleSources } from "../../src/console/shown-host";
import { HostEvents } from "../../src/kernel/host-events";
import type { ResourceGraph } from "../../src/kernel/program/resource-graph";
import { MetricStore } from "../../src/services/cloudwatch/metric-store";
import { resource } from "../hosted-endpoint";

const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:develop";
const queue = (name: string, inputs = {}) =>
  resource("aws:sqs/queue:Queue", name, inputs, { name, arn: `arn:aws:sqs:us-east-1:000000000000:${name}` });

const graph: ResourceGraph = {
  project: "photos",
  stack: "dev",
  region: "us-east-1",
  accountId: "000000000000",
  resources: [
    resource("aws:lambda/function:Function", "develop", {}, { name: "develop", arn: functionArn }),
    queue("films", {
      redrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:spoilt","maxReceiveCount":5}',
    }),
    queue("spoilt"),
    resource("aws:lambda/eventSourceMapping:EventSourceMapping", "films", {
      eventSourceArn: "arn:aws:sqs:us-east-1:000000000000:films",
      functionName: "develop",
    }),
  ],
  outputs: {},
  secretOutputs: [],
};

let server: Server;
let events: HostEvents;
let page: Console;
let store: MetricStore;
let origin: string;
/** Calls of actions that the console has made. */
let done: object[];

beforeEach(async () => {
  done = [];
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

const alarm = (name: string, dimensions: Readonly<Record<string, string>>, state: string) => ({
  definition: { name, description: "Films wait.", queries: [{ metric: { dimensions } }] },
  state,
  reason: "7 > 5",
  since: 0,
});

const show = (): void => {
  const depth = () => ({ visible: 2, inFlight: 1, delayed: 0, oldestAgeSeconds: 7 });
  const sources = {
    metrics: {
      store,
      alarms: () => [alarm("films-wait", { QueueName: "films" }, "ALARM"), alarm("spoilt", { Stack: "dev" }, "OK")],
      compositeAlarms: () => [],
      dashboards: () => [],
    },
    messages: {
      queues: { depth, arnOf: (name: string) => name },
      service: { call: async (call: object) => done.push(call) },
    },
    functions: { functionAt: () => ({ running: 3 }) },
    clock: { now: () => Date.now() },
  };
  // Of its hosts the console reads these alone.
  page.show(graph, sources as unknown as ConsoleSources);
};

const read = async <Answer>(path: string): Promise<Answer> =>
  // The type that the page reads it as.
  (await (await fetch(`${origin}/_console${path}`)).json()) as Answer;

describe("the console's requests", () => {
  it("says that the host is starting until it is shown one", async () => {
    expect((await fetch(`${origin}/_console`)).status).toBe(503);
  });

  it("leaves every other path to the API", async () => {
    show();
    expect((await fetch(`${origin}/_consoles`)).status).toBe(418);
    expect((await fetch(`${origin}/`)).status).toBe(418);
  });

  it("serves its page, which loads nothing from elsewhere and runs nothing inline", async () => {
    show();
    const answer = await fetch(`${origin}/_console`);
    const text = await answer.text();
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self'; /);
    expect(text).not.toMatch(/https?:\/\/|<script>| style=| on\w+=/);
    for (const [, path = ""] of text.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      expect((await fetch(`${origin}${path}`)).status, path).toBe(200);
    }
  });

  it("draws the parts of the flow with the alarms that are on their metrics", async () => {
    show();
    const { nodes, hops, alarms } = await read<FlowPicture>("/flow");
    expect(nodes.map(({ kind, label, small }) => [kind, label, small])).toEqual([
      ["function", "develop", false],
      ["queue", "films", false],
      ["queue", "spoilt", true],
    ]);
    expect(hops.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ["feeds", 1, 0],
      ["dead-letters", 1, 2],
    ]);
    expect(alarms).toEqual([
      { name: "films-wait", description: "Films wait.", nodes: [1] },
      { name: "spoilt", description: "Films wait.", nodes: [] },
    ]);
  });

  it("says what each part does now, and why an alarm is on", async () => {
    show();
    const identity = (name: string) => ({ namespace: "AWS/Lambda", name, dimensions: { FunctionName: "develop" } });
    store.record(identity("Invocations"), 1);
    store.record(identity("Invocations"), 1);
    store.record(identity("Errors"), 1);
    store.record(identity("Duration"), 12);
    const waiting = { visible: 2, inFlight: 1, delayed: 0, oldestSeconds: 7 };
    expect(await read<ConsoleState>("/state")).toEqual({
      now: expect.closeTo(Date.now(), -4),
      nodes: [{ running: 3, count: 2, errors: 1, p50: 12 }, waiting, waiting],
      hops: [2, null],
      alarms: [
        { state: "ALARM", since: 0, reason: "7 > 5" },
        { state: "OK", since: 0 },
      ],
    });
  });

  it("sends what happened before a page was opened, and then what happens", async () => {
    show();
    events.publish({ level: "error", resource: "develop", what: "failed" });
    const answer = await fetch(`${origin}/_console/events`);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toMatch(/^data: .*"resource":"develop","what":"failed"}\n\n$/);
    events.publish({ level: "info", resource: "develop", what: "invoked" });
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

  const redrive = (headers: Readonly<Record<string, string>>, body = '{"queue":"spoilt"}') =>
    new Promise<number | undefined>((settle, refuse) => {
      request(`${origin}/_console/redrive`, { method: "POST", headers }, (answer) => settle(answer.resume().statusCode))
        .on("error", refuse)
        .end(body);
    });

  it("redrives for its own page, as the one who works on this machine", async () => {
    show();
    expect(await redrive({ origin, "sec-fetch-site": "same-origin" })).toBe(200);
    expect(done).toEqual([
      { principal: { kind: "developer" }, action: "StartMessageMoveTask", input: { SourceArn: "spoilt" } },
    ]);
  });

  it.each([
    ["of elsewhere", { origin: "https://attacker.example", "sec-fetch-site": "cross-site" }],
    ["of another port of this machine", { origin: "http://127.0.0.1:1", "sec-fetch-site": "same-site" }],
    ["without an origin", { origin: "null" }],
  ])("does nothing for a page %s", async (_, headers) => {
    show();
    expect(await redrive(headers)).toBe(403);
    expect(done).toEqual([]);
  });

  it("does nothing for a request that says of no page that it is from there", async () => {
    show();
    expect(await redrive({})).toBe(403);
    expect(done).toEqual([]);
  });

  it.each(["", "{", "{}", '{"queue":1}'])("refuses what names no queue: %j", async (body) => {
    show();
    expect(await redrive({ origin }, body)).toBe(400);
    expect(done).toEqual([]);
  });
});
