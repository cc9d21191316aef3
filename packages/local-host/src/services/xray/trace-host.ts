import { join } from "node:path";
import type { AwsService } from "../../kernel/endpoint/aws-service";
import type { Principal } from "../../kernel/endpoint/principal";
import type { ServiceCalls } from "../../kernel/endpoint/service-calls";
import type { HostContext } from "../../kernel/host-context";
import type { ResourceHost } from "../../kernel/resource-host";
import { readSegmentDocument } from "./segment-document";
import { SegmentStore, type StoredSegment, type StoredTrace } from "./segment-store";
import { TraceDaemon } from "./trace-daemon";
import { traceService } from "./trace-service";

export interface TraceNeeds {
  /** Parts of traces that are kept, each what was written of one trace at a time. Default 50,000. */
  readonly maximumParts?: number;
  /** Milliseconds that segments wait to be written together. Default 1000. */
  readonly writeDelayMs?: number;
}

export interface TraceHost extends ResourceHost {
  readonly service: AwsService;
  readonly calls: Pick<ServiceCalls, "recordSegments">;
  /** Starts a daemon for a function, which sends in its role's name; resolves to its AWS_XRAY_DAEMON_ADDRESS. */
  daemonFor(principal: Principal): Promise<string>;
  /** Everything that has been recorded of a trace until now; undefined for one that is not known. */
  trace(id: string): StoredTrace | undefined;
}

/**
 * Hosts X-Ray: what services record and functions send is kept in `<dataDir>/traces`. Nothing is parsed or written on the
 * way of the work that is traced, but a moment later, together.
 */
export const traceHost = (context: HostContext, needs: TraceNeeds = {}): TraceHost => {
  let store: SegmentStore | undefined;
  let timer: NodeJS.Timeout | undefined;
  let waiting: (() => StoredSegment | undefined)[] = [];
  const daemons: TraceDaemon[] = [];

  const check = (principal: Principal, action: string): void =>
    context.access.check({ principal, action: `xray:${action}`, resourceArn: "*" });

  const writeWaiting = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const documents = waiting.flatMap((read) => read() ?? []);
    waiting = [];
    if (documents.length > 0) store?.put(documents);
  };

  const later = (read: () => StoredSegment | undefined): void => {
    waiting.push(read);
    timer ??= setTimeout(writeWaiting, needs.writeDelayMs ?? 1_000).unref();
  };

  const readOrReport = (json: string, resource: string): StoredSegment | undefined => {
    const read = readSegmentDocument(json);
    if (read.kind === "read") return read.document;
    const { id, reason } = read;
    context.events.publish({ level: "warn", resource, what: "segment refused", detail: { id, reason } });
    return undefined;
  };

  const kept = (): SegmentStore => {
    writeWaiting();
    if (store === undefined) throw new Error("The traces' host is not started");
    return store;
  };

  return {
    service: traceService({
      store: kept,
      put: (documents) => {
        for (const document of documents) later(() => document);
      },
      check,
    }),
    calls: {
      // What services make is right, and need not be read again.
      recordSegments: (segments) => {
        for (const segment of segments) later(() => ({ ...segment, json: JSON.stringify(segment) }));
      },
    },
    daemonFor: async (principal) => {
      const resource = principal.kind === "role" ? principal.actor : principal.kind;
      const daemon = new TraceDaemon((json) =>
        later(() => {
          try {
            check(principal, "PutTraceSegments");
          } catch {
            return undefined; // that it may not trace, its invocations tell
          }
          return readOrReport(json, resource);
        }),
      );
      daemons.push(daemon);
      return daemon.listen();
    },
    trace: (id) => kept().trace(id),
    start: async () => {
      store = new SegmentStore(join(context.dataDir, "traces", "traces.sqlite"), needs.maximumParts ?? 50_000);
    },
    stop: async () => {
      for (const daemon of daemons) daemon.close();
      writeWaiting();
      store?.close();
      store = undefined;
    },
  };
};
