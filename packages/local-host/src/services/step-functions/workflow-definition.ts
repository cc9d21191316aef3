import type { StateMachineDefinition } from "aws-local-stepfunctions";
import * as z from "zod";
import { isSupportedResource, supportedResources } from "./task-resource";

/** Seconds that an Express workflow may run, whatever it declares. */
const EXPRESS_LIMIT = 300;

/** Fields that change what a state does and that the engine would ignore without a word. */
const UNSUPPORTED_FIELDS = [
  "Assign",
  "Arguments",
  "Output",
  "Credentials",
  "HeartbeatSeconds",
  "HeartbeatSecondsPath",
  "ItemReader",
  "ItemBatcher",
  "ResultWriter",
  "ToleratedFailureCount",
  "ToleratedFailurePercentage",
] as const;

interface Machine {
  readonly QueryLanguage?: string | undefined;
  readonly ProcessorConfig?: { readonly Mode?: string | undefined } | undefined;
  readonly States: Readonly<Record<string, State>>;
}

interface State {
  readonly [field: string]: unknown;
  readonly Type: string;
  readonly Resource?: string | undefined;
  readonly ResultPath?: string | null | undefined;
  readonly Branches?: readonly Machine[] | undefined;
  readonly Iterator?: Machine | undefined;
  readonly ItemProcessor?: Machine | undefined;
}

const machineSchema: z.ZodType<Machine> = z.lazy(() =>
  z.looseObject({
    QueryLanguage: z.string().optional(),
    ProcessorConfig: z.looseObject({ Mode: z.string().optional() }).optional(),
    States: z.record(z.string(), stateSchema),
  }),
);

const stateSchema: z.ZodType<State> = z.lazy(() =>
  z.looseObject({
    Type: z.string(),
    Resource: z.string().optional(),
    ResultPath: z.string().nullish(),
    Branches: z.array(machineSchema).optional(),
    Iterator: machineSchema.optional(),
    ItemProcessor: machineSchema.optional(),
  }),
);

export interface WorkflowDefinition {
  /** Without the machine's own timeout, which the run keeps. */
  readonly definition: StateMachineDefinition;
  readonly timeoutSeconds: number;
  /** The resource of each task state, by the state's name, which is unique in a whole definition. */
  readonly taskResources: ReadonlyMap<string, string>;
}

/**
 * Reads a valid definition in the Amazon States Language. Refuses by name what the engine would get wrong, and rewrites
 * what it reads differently from AWS. Throws with every problem found.
 */
export const readWorkflowDefinition = (json: string): WorkflowDefinition => {
  const parsed: unknown = JSON.parse(inRootExecution(json));
  const machine = machineSchema.parse(parsed);
  const problems = [...problemsOf(machine)];
  if (problems.length > 0) throw new Error(`not supported by the local host: ${problems.join("; ")}`);
  const taskResources = new Map<string, string>();
  const { TimeoutSeconds, ...rewritten } = z
    .looseObject({ TimeoutSeconds: z.number().default(EXPRESS_LIMIT) })
    .parse(rewriteMachine(machine, taskResources));
  return {
    // asl-validator has checked it against the language's JSON schema, of which this type is a subset.
    definition: rewritten as unknown as StateMachineDefinition,
    taskResources,
    timeoutSeconds: Math.min(TimeoutSeconds, EXPRESS_LIMIT),
  };
};

/**
 * The engine makes an execution of its own of every branch and iteration, so that `$$.Execution` there would be the
 * branch's; the execution that was started is in the context under this name instead.
 */
export const ROOT_EXECUTION = "RootExecution";
const inRootExecution = (json: string): string => json.replace(/\$\$\.Execution\b/g, () => `$$.${ROOT_EXECUTION}`);

function* problemsOf(machine: Machine): Generator<string> {
  if (machine.QueryLanguage === "JSONata") yield "QueryLanguage JSONata (JSONPath is)";
  if (machine.ProcessorConfig?.Mode === "DISTRIBUTED") yield "a distributed map (an inline one is)";
  for (const [name, state] of Object.entries(machine.States)) {
    if (state["QueryLanguage"] === "JSONata") yield `QueryLanguage JSONata of state ${name} (JSONPath is)`;
    for (const field of UNSUPPORTED_FIELDS) if (field in state) yield `${field} of state ${name}`;
    const { Resource } = state;
    if (state.Type === "Task" && (Resource === undefined || !isSupportedResource(Resource))) {
      yield `Resource ${Resource} of state ${name} (a function's ARN, ${supportedResources.join(", ")} are)`;
    }
    for (const inner of innerMachines(state)) yield* problemsOf(inner);
  }
}

const innerMachines = ({ Branches = [], Iterator: iterator, ItemProcessor }: State): readonly Machine[] => [
  ...Branches,
  ...(iterator === undefined ? [] : [iterator]),
  ...(ItemProcessor === undefined ? [] : [ItemProcessor]),
];

const rewriteMachine = (machine: Machine, taskResources: Map<string, string>): Machine => ({
  ...machine,
  States: Object.fromEntries(
    Object.entries(machine.States).map(([name, state]) => {
      if (state.Type === "Task" && state.Resource !== undefined) taskResources.set(name, state.Resource);
      return [name, rewriteState(state, taskResources)];
    }),
  ),
});

const rewriteState = (state: State, taskResources: Map<string, string>): State => {
  const { ResultPath, Branches, Iterator: iterator, ItemProcessor, ...rest } = state;
  return {
    // A task without a timeout has the whole execution's time; the engine would give it 60 seconds.
    ...(state.Type === "Task" && !("TimeoutSeconds" in state || "TimeoutSecondsPath" in state)
      ? { ...rest, TimeoutSeconds: EXPRESS_LIMIT }
      : rest),
    // "$" is the default, to replace the input by the result; the engine would add a field named "$".
    ...(ResultPath === undefined || ResultPath === "$" ? {} : { ResultPath }),
    ...(Branches && { Branches: Branches.map((branch) => rewriteMachine(branch, taskResources)) }),
    ...(iterator && { Iterator: rewriteMachine(iterator, taskResources) }),
    ...(ItemProcessor && { ItemProcessor: rewriteMachine(ItemProcessor, taskResources) }),
    ...(Array.isArray(state["Catch"]) && { Catch: state["Catch"].map(rewriteCatcher) }),
    Type: state.Type,
  };
};

const rewriteCatcher = (catcher: unknown): unknown => {
  const parsed = z.looseObject({ ResultPath: z.string().nullish() }).parse(catcher);
  if (parsed.ResultPath !== "$") return parsed;
  const { ResultPath: _, ...rest } = parsed;
  return rest;
};
