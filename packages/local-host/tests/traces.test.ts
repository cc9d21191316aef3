import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BatchGetTracesCommand,
  GetTraceSummariesCommand,
  PutTelemetryRecordsCommand,
  PutTraceSegmentsCommand,
  XRayClient,
} from "@aws-sdk/client-xray";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type AccessControl, allowEverything } from "../src/kernel/endpoint/access-control";
import { startAwsEndpoint } from "../src/kernel/endpoint/aws-endpoint";
import { AwsError } from "../src/kernel/endpoint/aws-service";
import { type TraceHost, type TraceNeeds, traceHost } from "../src/services/xray/trace-host";
import { eventually } from "../testing/eventually";
import { recordedContext } from "./recorded-context";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "traces-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const begun = 1_795_000_000;
const traceId = (number: number): string => `1-6afd2b40-${String(number).padStart(24, "0")}`;
const segmentId = (number: number): string => String(number).padStart(16, "0");

const segment = (trace: number, number: number, more: Readonly<Record<string, unknown>> = {}) => ({
  trace_id: traceId(trace),
  id: segmentId(number),
  name: `work ${number}`,
  start_time: begun + number,
  end_time: begun + number + 0.5,
  ...more,
});

const start = async (needs: TraceNeeds = {}, access?: AccessControl) => {
  const context = recordedContext({ dataDir, ...(access && { access }) });
  const host = traceHost(context, needs);
  await host.start();
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (!stopped) await host.stop();
    stopped = true;
  };
  onTestFinished(stop);
  const { credentials, events } = context;
  const endpoint = await startAwsEndpoint({ port: 0, services: [host.service], credentials, events });
  onTestFinished(() => endpoint.stop());
  const client = new XRayClient({
    endpoint: `http://127.0.0.1:${endpoint.port}`,
    region: "eu-west-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  onTestFinished(() => client.destroy());
  const put = (...segments: readonly object[]) =>
    client.send(new PutTraceSegmentsCommand({ TraceSegmentDocuments: segments.map((it) => JSON.stringify(it)) }));
  const get = async (...numbers: readonly number[]) =>
    (await client.send(new BatchGetTracesCommand({ TraceIds: numbers.map(traceId) }))).Traces;
  const find = async (FilterExpression?: string, from = begun, to = begun + 3_600) => {
    const range = { StartTime: new Date(from * 1000), EndTime: new Date(to * 1000) };
    const { TraceSummaries } = await client.send(new GetTraceSummariesCommand({ ...range, FilterExpression }));
    return TraceSummaries;
  };
  return { host, context, client, put, get, find, stop };
};

const sendTo = async (address: string, datagram: string): Promise<void> => {
  const [host, port] = address.split(":");
  const socket = createSocket("udp4");
  await new Promise((sent) => socket.send(datagram, Number(port), host, sent));
  socket.close();
};

const knows = (host: TraceHost, trace: number): number => host.trace(traceId(trace))?.documents.length ?? 0;

describe("the store of traces", () => {
  it("gives the segments of a trace as they came, in the sequence of their begin", async () => {
    const { put, get } = await start();
    const [later, earlier] = [segment(1, 2, { parent_id: segmentId(1), metadata: { photo: "a" } }), segment(1, 1)];
    expect((await put(later, earlier)).UnprocessedTraceSegments).toEqual([]);
    const traces = await get(1, 7);
    expect(traces).toMatchObject([{ Id: traceId(1), Duration: 1.5, LimitExceeded: false }]);
    expect(traces?.[0]?.Segments?.map(({ Document = "" }) => JSON.parse(Document))).toEqual([earlier, later]);
  });

  it("replaces a segment in progress by the same segment when it is complete", async () => {
    const { put, get } = await start();
    const { end_time, ...open } = segment(1, 1);
    await put({ ...open, in_progress: true });
    await put({ ...open, end_time });
    expect((await get(1))?.[0]?.Segments).toHaveLength(1);
    expect(JSON.parse((await get(1))?.[0]?.Segments?.[0]?.Document ?? "")).not.toHaveProperty("in_progress");
  });

  it("finds traces by time and by annotation, with what can be said of each", async () => {
    const { put, find } = await start();
    await put(
      segment(1, 1, { annotations: { photo_id: 'a"1', resized: true } }),
      segment(1, 2, { annotations: { photo_id: "b" }, fault: true }),
      segment(2, 3, { annotations: { photo_id: "b", pages: 4 } }),
    );
    expect((await find())?.map(({ Id }) => Id)).toEqual([traceId(2), traceId(1)]);
    expect((await find(undefined, begun + 3))?.map(({ Id }) => Id)).toEqual([traceId(2)]);
    expect((await find('annotation.photo_id = "b"'))?.map(({ Id }) => Id)).toEqual([traceId(2), traceId(1)]);
    expect((await find('annotation[photo_id] = "b" AND annotation.pages = "4"'))?.map(({ Id }) => Id)).toEqual([
      traceId(2),
    ]);
    expect(await find('annotation.photo_id = "a\\"1"')).toMatchObject([
      {
        Id: traceId(1),
        Duration: 1.5,
        ResponseTime: 0.5,
        HasFault: true,
        HasError: false,
        Annotations: {
          photo_id: [{ AnnotationValue: { StringValue: 'a"1' } }, { AnnotationValue: { StringValue: "b" } }],
          resized: [{ AnnotationValue: { BooleanValue: true } }],
        },
      },
    ]);
  });

  it("refuses what it cannot filter by, naming it, and a range of more than a day", async () => {
    const { find } = await start();
    await expect(find("responsetime > 5")).rejects.toThrow(/cannot filter by responsetime > 5/);
    await expect(find(undefined, begun, begun + 90_000)).rejects.toThrow(/at most 24 hours/);
  });

  it("refuses a segment that X-Ray would refuse, and keeps the others", async () => {
    const { put, get } = await start();
    const { end_time: _, ...endless } = segment(1, 2);
    const wrong = [
      { ...segment(1, 1), trace_id: "1-2-3" },
      endless,
      segment(1, 3, { type: "subsegment" }),
      segment(1, 4, { annotations: { "photo.id": "a" } }),
      segment(1, 5, { metadata: "x".repeat(70_000) }),
    ];
    const { UnprocessedTraceSegments } = await put(...wrong, segment(1, 6));
    expect(UnprocessedTraceSegments?.map(({ Id }) => Id)).toEqual([...[1, 2, 3, 4].map(segmentId), undefined]);
    expect(UnprocessedTraceSegments?.[1]?.Message).toBe("needs end_time or in_progress");
    expect((await get(1))?.[0]?.Segments?.map(({ Id }) => Id)).toEqual([segmentId(6)]);
  });

  it("keeps its traces through a restart, and forgets the oldest beyond its bound", async () => {
    const first = await start({ maximumParts: 10 });
    for (let number = 1; number <= 30; number += 1) {
      await first.put(segment(number, number, { annotations: { photo_id: `p-${number}` } }));
      knows(first.host, number);
    }
    await first.stop();
    const { host, find } = await start({ maximumParts: 10 });
    const known = Array.from({ length: 30 }, (_, index) => index + 1).filter((number) => knows(host, number) > 0);
    expect(known.length).toBeGreaterThanOrEqual(10);
    expect(known.length).toBeLessThanOrEqual(11);
    expect(known.at(-1)).toBe(30);
    expect(await find('annotation.photo_id = "p-1"')).toEqual([]);
    expect(await find('annotation.photo_id = "p-30"')).toHaveLength(1);
  });

  it("is closed to whoever may not use it", async () => {
    const denied: AccessControl = {
      ...allowEverything,
      check: ({ action }) => {
        throw new AwsError("AccessDeniedException", `not authorized to perform: ${action}`, 403);
      },
    };
    const { put, get, find, client } = await start({}, denied);
    await expect(put(segment(1, 1))).rejects.toThrow("xray:PutTraceSegments");
    await expect(get(1)).rejects.toThrow("xray:BatchGetTraces");
    await expect(find()).rejects.toThrow("xray:GetTraceSummaries");
    await expect(client.send(new PutTelemetryRecordsCommand({ TelemetryRecords: [] }))).rejects.toThrow(
      "xray:PutTelemetryRecords",
    );
  });
});

describe("the daemon of a function", () => {
  const role = { kind: "role", roleArn: "arn:aws:iam::000000000000:role/resize", actor: "resize" } as const;
  const header = '{"format":"json","version":1}\n';

  it("takes a segment in each datagram, and drops what is none", async () => {
    const { host, context } = await start();
    const address = await host.daemonFor(role);
    await sendTo(address, "garbage");
    await sendTo(address, `${header}garbage`);
    await sendTo(address, `${header}${JSON.stringify(segment(1, 1))}`);
    await sendTo(address, `{"format": "json", "version": 1}\n${JSON.stringify(segment(1, 2))}`);
    await eventually(() => expect(knows(host, 1)).toBe(2));
    expect(context.published).toMatchObject([
      { resource: "resize", what: "segment refused", detail: { reason: "it is not JSON" } },
    ]);
  });

  it("sends in the name of the function's role", async () => {
    const asked: unknown[] = [];
    const { host } = await start(
      {},
      {
        ...allowEverything,
        check: (check) => {
          asked.push(check);
          throw new AwsError("AccessDeniedException", "no", 403);
        },
      },
    );
    await sendTo(await host.daemonFor(role), `${header}${JSON.stringify(segment(1, 1))}`);
    await eventually(() =>
      expect(asked).toEqual([{ principal: role, action: "xray:PutTraceSegments", resourceArn: "*" }]),
    );
    expect(knows(host, 1)).toBe(0);
  });
});

describe("what services record", () => {
  it("is written a moment later, together, and there for whoever reads before that", async () => {
    const { host } = await start({ writeDelayMs: 60_000 });
    host.calls.recordSegments([segment(1, 1), segment(1, 2)]);
    expect(knows(host, 1)).toBe(2);
  });
});
