import { newSegmentId, newTraceId, readTraceHeader, type TraceContext, traceHeader } from "../values/trace-context";
import { segmentDocument } from "../values/trace-segment";
import { sendSegment } from "./trace-daemon";
import { duringTrace, workFields } from "./work-in-hand";

export interface TracedWork {
  /** Name of the use case. */
  readonly name: string;
  /**
   * X-Ray's tracing header of the message or record; undefined without one. `begin` starts a new trace, which is sampled if
   * the invocation's is.
   */
  readonly header: string | "begin" | undefined;
  /** The sender's header, where its trace is linked but not continued. */
  readonly sender?: string | undefined;
  /** What a trace can be searched by: ids, no personal data. */
  readonly annotations: Readonly<Record<string, string>>;
  /** In the names of OpenTelemetry's conventions for messaging: `messaging.system`, `messaging.message.id`. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A message of SQS in the names of OpenTelemetry: https://opentelemetry.io/docs/specs/semconv/messaging/sqs/ */
export const messageAttributes = (operation: "send" | "process", messageId: string) => ({
  "messaging.system": "aws_sqs",
  "messaging.operation.type": operation,
  "messaging.message.id": messageId,
});

type Annotations = TracedWork["annotations"];

/** Work that has begun. */
export interface BegunWork {
  /** For what it causes, so that it becomes a child in the trace; undefined without a trace. */
  readonly header: string | undefined;
  readonly traceId: string | undefined;
  /** Adds what was not known at the beginning. */
  annotate(annotations: Annotations): void;
  end(outcome: "done" | "failed"): void;
}

/**
 * Does a piece of work as a segment of the trace that it belongs to, and passes it the header for what it causes. For work
 * where one invocation belongs to several traces, or X-Ray loses the trace: behind a table's stream or a queue. The lines
 * that it logs have the trace's id. It fails when it throws, or when `failed` returns true for its result.
 */
export const tracedWork = async <Result>(
  about: TracedWork,
  work: (header: string | undefined, annotate: BegunWork["annotate"]) => Promise<Result>,
  failed: (result: Result) => boolean = () => false,
): Promise<Result> => {
  const begun = beginWork(about);
  let outcome: "done" | "failed" = "failed";
  try {
    const result = await duringTrace(begun.traceId, () => work(begun.header, begun.annotate));
    if (!failed(result)) outcome = "done";
    return result;
  } finally {
    begun.end(outcome);
  }
};

/** Begins one of several pieces of work that are done together; `end` sends its segment to X-Ray. */
export const beginWork = ({ name, header, sender, annotations, attributes = {} }: TracedWork): BegunWork => {
  const invocation = readTraceHeader(process.env["_X_AMZN_TRACE_ID"]);
  const context = header === "begin" ? beginning(invocation) : readTraceHeader(header);
  if (context === undefined) return { ...notSent, header: undefined, traceId: undefined };
  const sampled = context.sampled ?? invocation?.sampled ?? false;
  if (!sampled || process.env["AWS_XRAY_DAEMON_ADDRESS"] === undefined) {
    return { ...notSent, header: traceHeader({ ...context, sampled }), traceId: context.root };
  }
  const id = newSegmentId();
  const start = Date.now() / 1_000;
  let known = annotations;
  return {
    header: traceHeader({ root: context.root, parent: id, sampled }),
    traceId: context.root,
    annotate: (more) => {
      known = { ...known, ...more };
    },
    end: (outcome) =>
      sendSegment(
        segmentDocument({
          ...{ id, name, context, invocation, annotations: known, start },
          senders: [readTraceHeader(sender)].filter((it) => it !== undefined),
          end: Date.now() / 1_000,
          failed: outcome === "failed",
          attributes: { ...attributes, ...invocationAttributes() },
        }),
      ),
  };
};

/** Nothing is sent for what is not sampled, or where no daemon runs. */
const notSent = { annotate: () => undefined, end: () => undefined } as const;

const beginning = (invocation: TraceContext | undefined): TraceContext | undefined =>
  invocation && { root: newTraceId(), sampled: invocation.sampled };

/** https://opentelemetry.io/docs/specs/semconv/faas/faas-spans/ */
const invocationAttributes = (): Readonly<Record<string, number | boolean>> => {
  const { cold_start, attempt } = workFields();
  return {
    ...(typeof cold_start === "boolean" && { "faas.coldstart": cold_start }),
    ...(typeof attempt === "number" && { attempt }),
  };
};
