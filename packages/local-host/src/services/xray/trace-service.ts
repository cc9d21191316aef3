import * as z from "zod";
import { AwsError, type AwsService } from "../../kernel/endpoint/aws-service";
import { callAction, type JsonAction, jsonAnswer, jsonInput } from "../../kernel/endpoint/json-service";
import type { Principal } from "../../kernel/endpoint/principal";
import { annotationsOf } from "./filter-expression";
import { readSegmentDocument, type SegmentDocument } from "./segment-document";
import type { SegmentStore, StoredTrace } from "./segment-store";
import { traceRows } from "./trace-rows";

export interface TraceServiceParts {
  /** The store, with everything in it that was recorded until now. */
  readonly store: () => SegmentStore;
  readonly put: (documents: readonly SegmentDocument[]) => void;
  /** @throws AwsError when the caller may not */
  readonly check: (principal: Principal, action: string) => void;
}

const actionsByPath: Readonly<Record<string, string>> = {
  "/TraceSegments": "PutTraceSegments",
  "/TelemetryRecords": "PutTelemetryRecords",
  "/Traces": "BatchGetTraces",
  "/TraceSummaries": "GetTraceSummaries",
};

const putSchema = z.object({ TraceSegmentDocuments: z.array(z.string()).max(50) });
const batchSchema = z.object({ TraceIds: z.array(z.string().max(35)).max(5), NextToken: z.string().optional() });
const summariesSchema = z.object({
  /** Seconds since the epoch. */
  StartTime: z.number(),
  EndTime: z.number(),
  TimeRangeType: z.enum(["TraceId", "Event"]).default("TraceId"),
  FilterExpression: z.string().optional(),
  Sampling: z.literal(false).optional(),
  NextToken: z.string().regex(/^\d+$/).optional(),
});

const pageSize = 100;
const longestRangeSeconds = 24 * 3600;

/** X-Ray's API, as far as traces are written and read by it. */
export const traceService = ({ store, put, check }: TraceServiceParts): AwsService => {
  const actions: Readonly<Record<string, JsonAction>> = {
    PutTraceSegments: (input, principal) => {
      check(principal, "PutTraceSegments");
      const read = parsed(putSchema, input).TraceSegmentDocuments.map(readSegmentDocument);
      put(read.flatMap((each) => (each.kind === "read" ? [each.document] : [])));
      const refused = read.flatMap((each) => (each.kind === "refused" ? [each] : []));
      return {
        UnprocessedTraceSegments: refused.map(({ id, reason }) => ({
          Id: id,
          ErrorCode: "InvalidSegment",
          Message: reason,
        })),
      };
    },
    PutTelemetryRecords: (_input, principal) => check(principal, "PutTelemetryRecords"),
    BatchGetTraces: (input, principal) => {
      check(principal, "BatchGetTraces");
      const { TraceIds } = parsed(batchSchema, input);
      const kept = store();
      const found = TraceIds.flatMap((id) => kept.trace(id) ?? []);
      return {
        Traces: found.map(traceOnWire),
        UnprocessedTraceIds: [],
      };
    },
    GetTraceSummaries: (input, principal) => {
      check(principal, "GetTraceSummaries");
      const { StartTime, EndTime, FilterExpression, NextToken } = parsed(summariesSchema, input);
      if (EndTime < StartTime || EndTime - StartTime > longestRangeSeconds) {
        throw new AwsError("InvalidRequestException", "EndTime must be after StartTime, by at most 24 hours.");
      }
      const skip = Number(NextToken ?? 0);
      const annotations = annotationsOf(FilterExpression);
      const kept = store();
      const ids = kept.find({ from: StartTime, to: EndTime, annotations }, pageSize, skip);
      return {
        TraceSummaries: ids.flatMap((id) => kept.trace(id) ?? []).map(summaryOnWire),
        ApproximateTime: Date.now() / 1000,
        TracesProcessedCount: ids.length,
        ...(ids.length === pageSize && { NextToken: String(skip + pageSize) }),
      };
    },
  };
  return {
    service: "xray",
    rest: {
      protocol: "rest-json",
      claims: (path) => Object.hasOwn(actionsByPath, path),
      action: ({ method, path }) => actionsByPath[path] ?? `${method} ${path}`,
    },
    handle: async ({ principal, action, body }) =>
      jsonAnswer(await callAction("xray", actions, { principal, action, input: jsonInput(body) })),
  };
};

const parsed = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> => {
  const read = schema.safeParse(input);
  if (read.success) return read.data;
  throw new AwsError("InvalidRequestException", z.prettifyError(read.error));
};

/** Of a whole trace, in seconds. */
const spanOf = ({ documents }: StoredTrace) => {
  const rows = traceRows(documents.map(({ json }) => json));
  const start = Math.min(...rows.map((row) => row.start));
  const end = Math.max(...rows.map((row) => row.start + (row.duration ?? 0)));
  return { rows, start: start / 1000, duration: (end - start) / 1000 };
};

const traceOnWire = (trace: StoredTrace) => ({
  Id: trace.id,
  Duration: spanOf(trace).duration,
  LimitExceeded: false,
  Segments: trace.documents.map(({ id, json }) => ({ Id: id, Document: json })),
});

const summaryOnWire = (trace: StoredTrace) => {
  const { rows, start, duration } = spanOf(trace);
  const has = (status: string): boolean => rows.some((row) => row.status === status);
  const annotations = rows.flatMap((row) => Object.entries(row.annotations));
  return {
    Id: trace.id,
    StartTime: start,
    Duration: duration,
    ResponseTime: rows[0]?.duration === undefined ? undefined : rows[0].duration / 1000,
    HasFault: has("fault"),
    HasError: has("error"),
    HasThrottle: has("throttled"),
    IsPartial: has("under way"),
    Annotations: Object.fromEntries(
      [...Map.groupBy(annotations, ([key]) => key)].map(([key, values]) => [
        key,
        [...new Set(values.map(([, value]) => value))].map((value) => ({ AnnotationValue: annotationOnWire(value) })),
      ]),
    ),
  };
};

const annotationOnWire = (value: string | number | boolean) => {
  if (typeof value === "number") return { NumberValue: value };
  return typeof value === "boolean" ? { BooleanValue: value } : { StringValue: value };
};
