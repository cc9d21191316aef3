import { randomUUID } from "node:crypto";
import { AwsError } from "../../kernel/endpoint/aws-service";
import type { Principal } from "../../kernel/endpoint/principal";
import type { HostContext } from "../../kernel/host-context";
import type { ExecutionJournal } from "./execution-journal";
import { logExecution } from "./execution-log";
import { ExecutionTrace } from "./execution-trace";
import { maySendTrace } from "./machine-permissions";
import type { DeclaredStateMachine } from "./state-machine-node";
import { performTask } from "./task-resource";
import { type Outcome, PAYLOAD_LIMIT, runWorkflow } from "./workflow-run";

export interface ExecutionRequest {
  readonly machine: DeclaredStateMachine;
  /** JSON text. */
  readonly input: string;
  readonly name?: string | undefined;
  /** X-Ray's tracing header; without one the execution begins a trace. */
  readonly trace?: string | undefined;
  /** Of an execution that is run again. */
  readonly executionArn?: string;
}

export interface Execution {
  readonly executionArn: string;
  readonly name: string;
  readonly startDate: Date;
  readonly finished: Promise<{ readonly outcome: Outcome; readonly stopDate: Date }>;
}

const NAME = /^[\w\-.]{1,80}$/;

/** Starts executions, and keeps those that run so that they can be ended with the host. */
export class WorkflowExecutions {
  private readonly context: HostContext;
  private readonly journal: ExecutionJournal;
  private readonly running = new Map<string, { readonly abort: () => void; readonly finished: Promise<unknown> }>();
  private readonly logging = new Set<Promise<void>>();
  private stopped = false;

  constructor(context: HostContext, journal: ExecutionJournal) {
    this.context = context;
    this.journal = journal;
  }

  /** Starts an execution that nobody waits for; one that the host's end cuts short is run again by `resume`. */
  startInBackground(request: ExecutionRequest): Execution {
    const execution = this.start(request);
    const { executionArn, name, finished } = execution;
    this.journal.accept({ executionArn, stateMachineArn: request.machine.arn, name, input: request.input });
    void finished.then(() => {
      if (!this.stopped) this.journal.ended(executionArn);
    });
    return execution;
  }

  /** Runs again, from their start, the background executions that an earlier run of the host did not finish. */
  resume(machines: ReadonlyMap<string, DeclaredStateMachine>): void {
    for (const { executionArn, stateMachineArn, name, input } of this.journal.unfinished()) {
      const machine = machines.get(stateMachineArn);
      if (machine === undefined) this.journal.ended(executionArn);
      else this.startInBackground({ machine, name, input, executionArn });
    }
  }

  start({
    machine,
    input,
    name = randomUUID(),
    trace: header,
    executionArn = this.newArn(machine, name),
  }: ExecutionRequest): Execution {
    if (!NAME.test(name)) {
      throw new AwsError("InvalidName", `Invalid Name: '${name}'; 1 to 80 letters, digits, dots, dashes, underscores`);
    }
    const { clock } = this.context;
    const startedAt = clock.now();
    const startDate = new Date(startedAt);
    const parsed = parseInput(input);
    const principal: Principal = { kind: "role", roleArn: machine.roleArn, actor: machine.arn };
    const trace = new ExecutionTrace(machine, header);
    const run = runWorkflow(machine.workflow, {
      input: parsed,
      execution: {
        Id: executionArn,
        Input: parsed,
        Name: name,
        RoleArn: machine.roleArn,
        StartTime: startDate.toISOString(),
        RedriveCount: 0,
      },
      stateMachine: { Id: machine.arn, Name: machine.name },
      clock,
      performTask: (resource, parameters, state) =>
        trace.ofTask(state, resource, (task) =>
          performTask(resource, { context: this.context, principal, parameters, trace: task }),
        ),
    });
    this.count(machine, "ExecutionsStarted");
    const finished = run.outcome.then((outcome) => {
      const stopDate = new Date(clock.now());
      this.running.delete(executionArn);
      if (trace.sampled && maySendTrace(this.context, machine)) {
        this.context.calls.recordSegments(trace.ended(executionArn, outcome));
      }
      this.report(machine, executionArn, outcome, stopDate.getTime() - startedAt);
      if (machine.log !== undefined) {
        const identity = { executionArn, roleArn: machine.roleArn, region: this.context.graph.region };
        const logged = logExecution(this.context.calls, machine.log, identity, run).finally(() =>
          this.logging.delete(logged),
        );
        this.logging.add(logged);
      }
      return { outcome, stopDate };
    });
    this.running.set(executionArn, { abort: run.abort, finished });
    return { executionArn, name, startDate, finished };
  }

  async stop(): Promise<void> {
    this.stopped = true;
    const running = [...this.running.values()];
    for (const { abort } of running) abort();
    await Promise.allSettled(running.map(({ finished }) => finished));
    await Promise.allSettled(this.logging);
    this.journal.close();
  }

  private newArn(machine: DeclaredStateMachine, name: string): string {
    const { region, accountId } = this.context.graph;
    return `arn:aws:states:${region}:${accountId}:express:${machine.name}:${name}:${randomUUID()}`;
  }

  private report(machine: DeclaredStateMachine, executionArn: string, outcome: Outcome, duration: number): void {
    this.count(machine, "ExecutionTime", duration, "Milliseconds");
    if (outcome.kind === "succeeded") {
      this.count(machine, "ExecutionsSucceeded");
      return;
    }
    this.count(machine, outcome.kind === "failed" ? "ExecutionsFailed" : "ExecutionsTimedOut");
    this.context.events.publish({
      level: "warn",
      resource: machine.name,
      what: outcome.kind === "failed" ? "execution failed" : "execution timed out",
      detail: { executionArn, ...(outcome.kind === "failed" ? { error: outcome.error, cause: outcome.cause } : {}) },
    });
  }

  private count(machine: DeclaredStateMachine, name: string, value = 1, unit = "Count"): void {
    this.context.calls.recordMetric("AWS/States", name, { StateMachineArn: machine.arn }, value, unit);
  }
}

const parseInput = (input: string): unknown => {
  const bytes = Buffer.byteLength(input);
  if (bytes > PAYLOAD_LIMIT) {
    throw new AwsError(
      "ValidationException",
      `1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to ${PAYLOAD_LIMIT}, but has ${bytes}`,
    );
  }
  try {
    return JSON.parse(input);
  } catch (error) {
    throw new AwsError(
      "InvalidExecutionInput",
      `Invalid State Machine Execution Input: '${error instanceof Error ? error.message : String(error)}'`,
    );
  }
};
