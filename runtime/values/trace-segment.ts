import type { TraceContext } from "./trace-context";

/** A piece of work that has ended, as a trace describes it. */
export interface TracedPiece {
  readonly id: string;
  /** What was done: "fulfil-order". */
  readonly name: string;
  readonly context: TraceContext;
  /** Where the invocation stands that did it. */
  readonly invocation: TraceContext | undefined;
  /** What it was sent by, in other traces. */
  readonly senders: readonly TraceContext[];
  /** Seconds since the epoch. */
  readonly start: number;
  readonly end: number;
  readonly failed: boolean;
  /** What a trace can be found by: ids, nothing personal. */
  readonly annotations: Readonly<Record<string, string>>;
  /** In OpenTelemetry's names. */
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/**
 * X-Ray's document of it. In the trace of its invocation it is a subsegment of that; in a trace of its own, where the
 * invocation works for several, a segment that is linked to the invocation's, as OpenTelemetry's exporter for X-Ray writes
 * links and attributes.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
 */
export const segmentDocument = (piece: TracedPiece): Readonly<Record<string, unknown>> => {
  const { id, name, context, invocation, senders, start, end, failed, annotations, attributes } = piece;
  const ofInvocation = invocation?.root === context.root && context.parent !== undefined;
  const others = ofInvocation || invocation === undefined ? senders : [invocation, ...senders];
  const links = others.flatMap(({ root, parent }) => (parent === undefined ? [] : [{ trace_id: root, id: parent }]));
  return {
    name,
    id,
    trace_id: context.root,
    ...(context.parent !== undefined && { parent_id: context.parent }),
    ...(ofInvocation && { type: "subsegment" }),
    start_time: start,
    end_time: end,
    ...(failed && { fault: true }),
    annotations,
    metadata: { default: attributes },
    ...(links.length > 0 && { links }),
  };
};
