import type { RecordedSegment } from "../../kernel/endpoint/service-calls";
import {
  newSegmentId,
  newTraceId,
  readTraceHeader,
  type TraceHeader,
  traceHeaderText,
} from "../../kernel/trace-header";
import type { DeclaredStateMachine } from "./state-machine-node";
import type { Outcome } from "./workflow-run";

interface TaskSegment {
  readonly id: string;
  readonly name: string;
  readonly start_time: number;
  readonly end_time: number;
  readonly namespace: "aws";
  readonly aws: object;
  readonly fault?: true;
}

/** Subsegments of one execution that are kept, which stays well below a document's size. */
const maximumTasks = 100;

const now = (): number => Date.now() / 1000;

/**
 * What Step Functions tells X-Ray of one execution: a segment, and in it a subsegment for each try at a task.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html
 */
export class ExecutionTrace {
  readonly sampled: boolean;
  private readonly machine: DeclaredStateMachine;
  private readonly context: TraceHeader;
  private readonly id = newSegmentId();
  private readonly started = now();
  private readonly tasks: TaskSegment[] = [];

  constructor(machine: DeclaredStateMachine, header: string | undefined) {
    this.machine = machine;
    this.context = readTraceHeader(header) ?? { root: newTraceId() };
    this.sampled = machine.traced && this.context.sampled !== false;
  }

  /** Performs a try at a task, which is given the header for what it calls. */
  async ofTask<Result>(state: string, resource: string, perform: (header: string) => Promise<Result>): Promise<Result> {
    const { root, parent } = this.context;
    const id = newSegmentId();
    const start_time = now();
    const header = this.machine.traced
      ? { root, parent: id, sampled: this.sampled }
      : { root, ...(parent === undefined ? {} : { parent }), sampled: this.context.sampled === true };
    const ended = (fault: boolean): void => {
      if (this.tasks.length === maximumTasks) return;
      const about = { id, name: state, namespace: "aws", aws: { operation: resource } } as const;
      this.tasks.push({ ...about, start_time, end_time: now(), ...(fault && { fault }) });
    };
    try {
      const result = await perform(traceHeaderText(header));
      ended(false);
      return result;
    } catch (error) {
      ended(true);
      throw error;
    }
  }

  /** The segment; the time of the end is now. */
  ended(executionArn: string, outcome: Outcome): readonly RecordedSegment[] {
    const { root, parent } = this.context;
    return [
      {
        name: this.machine.name,
        id: this.id,
        trace_id: root,
        ...(parent !== undefined && { parent_id: parent }),
        start_time: this.started,
        end_time: now(),
        origin: "AWS::StepFunctions::StateMachine",
        resource_arn: this.machine.arn,
        aws: { execution_arn: executionArn },
        ...(outcome.kind !== "succeeded" && { fault: true }),
        ...(this.tasks.length > 0 && { subsegments: this.tasks }),
      },
    ];
  }
}
