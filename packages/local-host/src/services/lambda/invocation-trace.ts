import type { RecordedSegment } from "../../kernel/endpoint/service-calls";
import {
  newSegmentId,
  newTraceId,
  readTraceHeader,
  type TraceHeader,
  traceHeaderText,
} from "../../kernel/trace-header";
import type { InvocationOutcome } from "./execution-environment";
import type { FunctionDefinition } from "./function-definition";

export interface TraceOptions {
  /** X-Ray's tracing header; without one the invocation begins a trace. */
  readonly trace?: string;
  /** Tracing headers of what is worked on, where that is of other traces. */
  readonly links?: readonly string[];
}

const now = (): number => Date.now() / 1000;

/**
 * What Lambda tells X-Ray of one invocation: a segment of the service, from the call to the answer, and below it one of the
 * function, which the function's own hang below. Lambda samples one request a second and 5 % of the others where nobody
 * has decided before; this host has one user, and samples all.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
 */
export class InvocationTrace {
  readonly requestId: string;
  /** For the function. */
  readonly header: string;
  readonly sampled: boolean;
  private readonly definition: FunctionDefinition;
  private readonly context: TraceHeader;
  private readonly serviceId = newSegmentId();
  private readonly functionId = newSegmentId();
  private readonly accepted = now();
  private readonly links: readonly string[];
  private started = this.accepted;
  private initMs: number | undefined;

  constructor(definition: FunctionDefinition, requestId: string, { trace, links = [] }: TraceOptions) {
    this.definition = definition;
    this.requestId = requestId;
    this.links = links;
    this.context = readTraceHeader(trace) ?? { root: newTraceId() };
    const { root, parent, sampled } = this.context;
    this.sampled = definition.activeTracing && sampled !== false;
    // A function that does not trace passes on what it was given.
    this.header = traceHeaderText(
      definition.activeTracing
        ? { root, parent: this.functionId, sampled: this.sampled }
        : { root, ...(parent === undefined ? {} : { parent }), sampled: sampled === true },
    );
  }

  /** The function receives the event, after an initialization of `initMs` milliseconds that the event had to wait for. */
  begun(initMs: number | undefined): void {
    this.started = now();
    this.initMs = initMs;
  }

  /** The segments; the time of the end is now. */
  ended(outcome: InvocationOutcome): readonly RecordedSegment[] {
    const { root, parent } = this.context;
    const { name, arn } = this.definition;
    const end_time = now();
    const failed = outcome.kind === "failed";
    const aws = { request_id: this.requestId, function_arn: arn };
    const common = { name, trace_id: root, end_time, ...(failed && { fault: true }) };
    const links = this.links.flatMap((header) => {
      const link = readTraceHeader(header);
      return link?.parent === undefined ? [] : [{ trace_id: link.root, id: link.parent }];
    });
    return [
      {
        ...common,
        id: this.serviceId,
        ...(parent !== undefined && { parent_id: parent }),
        start_time: this.accepted,
        origin: "AWS::Lambda",
        resource_arn: arn,
        http: { response: { status: 200 } },
        aws,
      },
      {
        ...common,
        id: this.functionId,
        parent_id: this.serviceId,
        start_time: this.started,
        origin: "AWS::Lambda::Function",
        aws,
        ...(failed && { cause: causeOf(outcome.errorType) }),
        ...(links.length > 0 && { links }),
        ...(this.initMs !== undefined && { subsegments: [this.initialization(this.initMs)] }),
      },
    ];
  }

  private initialization(initMs: number): object {
    const start = this.started - initMs / 1000;
    return { id: newSegmentId(), name: "Initialization", start_time: start, end_time: this.started };
  }
}

/** The type alone: what the error says may be anything. */
const causeOf = (type: string): object => ({ exceptions: [{ id: newSegmentId(), type }] });
