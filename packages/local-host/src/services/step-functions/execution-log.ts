import type { ServiceCalls } from "../../kernel/endpoint/service-calls";
import type { LogSettings } from "./state-machine-node";
import type { EngineEvent, TaskAttempt, WorkflowRun } from "./workflow-run";

interface HistoryEvent {
  readonly type: string;
  readonly at: number;
  readonly details: Readonly<Record<string, unknown>>;
}

const FATAL = new Set(["ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut"]);
const ERROR = new Set([
  ...FATAL,
  "FailStateEntered",
  "LambdaFunctionFailed",
  "LambdaFunctionTimedOut",
  "TaskFailed",
  "TaskTimedOut",
  "MapIterationFailed",
]);

/** Fields of an event that are the execution's data. */
const DATA = new Set(["input", "output", "inputDetails", "outputDetails", "parameters"]);

export interface ExecutionIdentity {
  readonly executionArn: string;
  readonly roleArn: string;
  readonly region: string;
}

/** Writes an execution's history to the state machine's log group, one event a line, once the execution is over. */
export const logExecution = async (
  calls: ServiceCalls,
  settings: LogSettings,
  identity: ExecutionIdentity,
  run: WorkflowRun,
): Promise<void> => {
  const wanted = { ALL: undefined, ERROR, FATAL }[settings.level];
  let id = 0;
  for await (const { type, at, details } of historyOf(identity, run)) {
    id += 1;
    if (wanted !== undefined && !wanted.has(type)) continue;
    const shown = settings.includeExecutionData ? details : withoutData(details);
    const line = {
      id: String(id),
      type,
      details: shown,
      previous_event_id: String(id - 1),
      event_timestamp: String(at),
      execution_arn: identity.executionArn,
      redrive_count: "0",
    };
    calls.writeLog(settings.logGroup, JSON.stringify(line));
  }
};

const withoutData = (details: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(details).filter(([name]) => !DATA.has(name)));

async function* historyOf(identity: ExecutionIdentity, run: WorkflowRun): AsyncGenerator<HistoryEvent> {
  const taken = new Map<string, number>();
  const nextAttempt = (name: string): readonly HistoryEvent[] => {
    const index = taken.get(name) ?? 0;
    taken.set(name, index + 1);
    const attempt = run.attempts.get(name)?.[index];
    return attempt === undefined ? [] : attemptEvents(identity, attempt);
  };
  for await (const event of run.events) {
    yield* engineEvents(identity, event);
    if ((event.type === "StateEntered" || event.type === "StateRetried") && event.state.type === "Task") {
      yield* nextAttempt(event.state.name);
    }
  }
}

const input = (value: unknown) => ({ input: JSON.stringify(value), inputDetails: { truncated: false } });
const output = (value: unknown) => ({ output: JSON.stringify(value), outputDetails: { truncated: false } });

function* engineEvents({ roleArn }: ExecutionIdentity, event: EngineEvent): Generator<HistoryEvent> {
  const at = event.timestamp;
  switch (event.type) {
    case "ExecutionStarted":
      yield { type: event.type, at, details: { ...input(event.input), roleArn } };
      break;
    case "ExecutionSucceeded":
      yield { type: event.type, at, details: output(event.output) };
      break;
    case "ExecutionFailed":
      yield { type: event.type, at, details: { error: event.Error, cause: String(event.Cause) } };
      break;
    case "ExecutionAborted":
      // The run aborts the engine when its time is up.
      yield { type: "ExecutionTimedOut", at, details: {} };
      break;
    case "StateEntered":
      yield {
        type: `${event.state.type}StateEntered`,
        at,
        details: { ...input(event.state.input), name: event.state.name },
      };
      break;
    case "StateExited":
      yield {
        type: `${event.state.type}StateExited`,
        at,
        details: { ...output(event.state.output), name: event.state.name },
      };
      break;
    case "MapIterationStarted":
    case "MapIterationSucceeded":
    case "MapIterationFailed":
      yield { type: event.type, at, details: { name: event.parentState.name, index: event.index } };
      break;
    default:
      // A failed or retried task shows as its attempts; branches have no events of their own on AWS.
      break;
  }
}

const attemptEvents = ({ region }: ExecutionIdentity, attempt: TaskAttempt): readonly HistoryEvent[] => {
  const { resource, parameters, startedAt, endedAt, failure, result } = attempt;
  const [, resourceType, action] = /^arn:aws:states:::([^:]+):(.+)$/.exec(resource) ?? [];
  const direct = resourceType === undefined;
  const prefix = direct ? "LambdaFunction" : "Task";
  const identity = direct ? {} : { resourceType, resource: action };
  const scheduled = direct
    ? { ...input(parameters), resource }
    : { ...identity, region, parameters: JSON.stringify(parameters) };
  const end: HistoryEvent =
    endedAt === undefined
      ? { type: `${prefix}TimedOut`, at: Date.now(), details: { ...identity, error: "States.Timeout" } }
      : failure === undefined
        ? { type: `${prefix}Succeeded`, at: endedAt, details: { ...identity, ...output(result) } }
        : { type: `${prefix}Failed`, at: endedAt, details: { ...identity, ...failure } };
  return [
    { type: `${prefix}Scheduled`, at: startedAt, details: scheduled },
    { type: `${prefix}Started`, at: startedAt, details: identity },
    end,
  ];
};
