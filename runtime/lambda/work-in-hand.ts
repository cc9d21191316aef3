import { AsyncLocalStorage } from "node:async_hooks";

/** What a log line says about the work in hand. */
export interface WorkInHand {
  /** X-Ray's id of the trace: of what is worked on, else of the invocation. */
  readonly trace_id?: string | undefined;
  /** Whether this is the first invocation of its execution environment. */
  readonly cold_start: boolean;
  /** How often the message has been received, or the step attempted, this time included; undefined for other work. */
  readonly attempt?: number;
  /** By `performance.now()`. */
  readonly started: number;
}

const inHand = new AsyncLocalStorage<WorkInHand>();

let invoked = false;

/** Does an invocation's work. */
export const duringInvocation = <Result>(work: () => Promise<Result>): Promise<Result> => {
  const cold_start = !invoked;
  invoked = true;
  // "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
  const trace_id = /(?:^|;)Root=([^;]+)/.exec(process.env["_X_AMZN_TRACE_ID"] ?? "")?.[1];
  return inHand.run({ trace_id, cold_start, started: performance.now() }, work);
};

/** Processes one message of an invocation. */
export const duringAttempt = <Result>(attempt: number, work: () => Promise<Result>): Promise<Result> => {
  const invocation = inHand.getStore() ?? { cold_start: false };
  return inHand.run({ ...invocation, attempt, started: performance.now() }, work);
};

/** Does work that belongs to another trace than the invocation. */
export const duringTrace = <Result>(trace_id: string | undefined, work: () => Promise<Result>): Promise<Result> => {
  const store = inHand.getStore();
  return store === undefined || trace_id === undefined ? work() : inHand.run({ ...store, trace_id }, work);
};

/** The fields that every line of log has; none outside of an invocation, such as in the init phase. */
export const workFields = (): Readonly<Record<string, unknown>> => {
  const work = inHand.getStore();
  if (work === undefined) return {};
  const { started, ...about } = work;
  return { ...about, duration_ms: Math.round(performance.now() - started) };
};
