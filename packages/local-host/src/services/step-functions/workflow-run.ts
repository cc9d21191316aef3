import { ExecutionAbortedError, ExecutionError, StateMachine } from "aws-local-stepfunctions";
import type { Clock } from "../../kernel/clock";
import { TaskFailure } from "./task-failure";
import { WorkflowContext } from "./workflow-context";
import { ROOT_EXECUTION, type WorkflowDefinition } from "./workflow-definition";

/** Bytes of a state's input or result. */
export const PAYLOAD_LIMIT = 256 * 1024;

export type EngineEvent =
  ReturnType<StateMachine["run"]>["eventLogs"] extends AsyncGenerator<infer Event> ? Event : never;
type Json = Parameters<StateMachine["run"]>[0];

export type Outcome =
  | { readonly kind: "succeeded"; readonly output: unknown }
  | { readonly kind: "failed"; readonly error: string; readonly cause: string }
  | { readonly kind: "timed out" };

/** One try at a task, for the log. */
export interface TaskAttempt {
  readonly resource: string;
  readonly parameters: unknown;
  readonly startedAt: number;
  endedAt?: number;
  result?: unknown;
  failure?: { readonly error: string; readonly cause: string };
}

export interface RunOptions {
  readonly input: unknown;
  /** The context object's Execution and StateMachine. */
  readonly execution: Readonly<Record<string, unknown>>;
  readonly stateMachine: Readonly<Record<string, unknown>>;
  readonly performTask: (resource: string, parameters: unknown, state: string) => Promise<unknown>;
  /** For the time that the execution may take. */
  readonly clock: Clock;
  /** Retries without the pauses of their retriers: for tests of a definition. Default false. */
  readonly retryAtOnce?: boolean;
}

export interface WorkflowRun {
  readonly outcome: Promise<Outcome>;
  /** What the engine did; complete once the outcome is known. */
  readonly events: AsyncGenerator<EngineEvent>;
  readonly attempts: ReadonlyMap<string, readonly TaskAttempt[]>;
  /** Ends the run as if its time were up. */
  abort(): void;
}

/** Runs a definition once on the engine, and makes up for what the engine lacks of AWS's behaviour. */
export const runWorkflow = (workflow: WorkflowDefinition, options: RunOptions): WorkflowRun => {
  const { definition, taskResources, timeoutSeconds } = workflow;
  const attempts = new Map<string, TaskAttempt[]>();
  let over = false;
  const handlers = Object.fromEntries(
    [...taskResources].map(([name, resource]) => [
      name,
      async (parameters: Json): Promise<Json> => {
        // The engine wakes a state that waits for its retry when the execution is aborted, and would run it again.
        if (over) throw new TaskFailure("States.Timeout", "the execution is over", { terminal: true });
        const attempt: TaskAttempt = { resource, parameters, startedAt: Date.now() };
        const earlier = attempts.get(name);
        if (earlier === undefined) attempts.set(name, [attempt]);
        else earlier.push(attempt);
        try {
          const result = await options.performTask(resource, parameters, name);
          attempt.result = withinLimit(name, result);
          // Results come from JSON: of a function's answer or of a service's.
          return result as Json;
        } catch (error) {
          if (error instanceof TaskFailure) attempt.failure = { error: error.name, cause: error.message };
          throw error;
        } finally {
          attempt.endedAt = Date.now();
        }
      },
    ]),
  );
  const context = {
    Execution: options.execution,
    [ROOT_EXECUTION]: options.execution,
    StateMachine: options.stateMachine,
  };
  const run = new WorkflowContext().run(definition, context, (tracked, ofRun) =>
    // The caller parsed the input from JSON.
    new StateMachine(tracked, { validationOptions: { noValidate: true } }).run(options.input as Json, {
      overrides: {
        taskResourceLocalHandlers: handlers,
        ...(options.retryAtOnce === true && {
          retryIntervalOverrides: Object.fromEntries([...taskResources.keys()].map((name) => [name, 0])),
        }),
      },
      context: ofRun,
    }),
  );
  const abort = (): void => {
    over = true;
    run.abort();
  };
  const { clock } = options;
  const giveUp = clock.when(clock.now() + timeoutSeconds * 1000, abort);
  const outcome = run.result.then(succeeded, failed).finally(() => {
    over = true;
    giveUp();
  });
  return { outcome, events: run.eventLogs, attempts, abort };
};

const withinLimit = (name: string, result: unknown): unknown => {
  if (Buffer.byteLength(JSON.stringify(result) ?? "null") <= PAYLOAD_LIMIT) return result;
  throw new TaskFailure(
    "States.DataLimitExceeded",
    `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    { terminal: true },
  );
};

const succeeded = (output: unknown): Outcome => ({ kind: "succeeded", output });

const failed = (error: unknown): Outcome => {
  if (error instanceof ExecutionAbortedError) return { kind: "timed out" };
  const cause = error instanceof ExecutionError ? error.cause : error;
  // An error that the language does not know of is the engine's own, as States.Runtime is.
  if (cause instanceof TypeError || !(cause instanceof Error)) {
    return { kind: "failed", error: "States.Runtime", cause: String(cause) };
  }
  return { kind: "failed", error: cause.name, cause: cause.message };
};
