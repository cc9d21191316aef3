import { AsyncLocalStorage } from "node:async_hooks";
import type { StateMachineDefinition } from "aws-local-stepfunctions";

type AnyState = StateMachineDefinition["States"][string];

/** `$$.State`, which the engine does not have. */
interface StateContext {
  Name: string;
  EnteredTime: string;
  RetryCount: number;
}

/** What the context object has of one run of states: the execution's own, a branch's or an iteration's. */
interface Scope {
  readonly state: StateContext;
  /** `$$.Map` of the iteration that the run is, or is within. */
  readonly map: unknown;
}

/**
 * Keeps `$$.State` and `$$.Map` as AWS does, in every branch and iteration. The engine runs each of them as an execution
 * of its own, copies the context when that begins, and looks its states up by name as it enters them: what is given to it
 * here tells each of these moments. tests/workflows-context.test.ts says what must come of it.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
 */
export class WorkflowContext {
  private readonly running = new AsyncLocalStorage<Scope>();
  /** `$$.Map` of the iteration that begins next, in this very moment. */
  private nextMap: unknown;

  /** Runs a definition with `context`, both of which `start` is given. */
  run<Result>(
    definition: StateMachineDefinition,
    context: Readonly<Record<string, unknown>>,
    start: (definition: StateMachineDefinition, context: Record<string, unknown>) => Result,
  ): Result {
    const enter = (): Scope => this.enter();
    const current = (): unknown => this.running.getStore()?.map;
    const tracked = {
      ...context,
      get State() {
        return enter().state;
      },
      // Read behind the state: the scope is the new one's already.
      get Map() {
        return current();
      },
    };
    // What it enters is left again with it.
    return this.running.exit(() => start(this.trackStates(definition), tracked));
  }

  /** A run of states begins. */
  private enter(): Scope {
    const scope = {
      state: { Name: "", EnteredTime: "", RetryCount: 0 },
      map: this.nextMap ?? this.running.getStore()?.map,
    };
    this.nextMap = undefined;
    this.running.enterWith(scope);
    return scope;
  }

  private trackStates(definition: StateMachineDefinition): StateMachineDefinition {
    const States = new Proxy(definition.States, {
      get: (states, name) => {
        const state = typeof name === "string" && Object.hasOwn(states, name) ? states[name] : undefined;
        const context = this.running.getStore()?.state;
        if (state === undefined || context === undefined) return state;
        context.Name = String(name);
        context.EnteredTime = new Date().toISOString();
        // Its first try adds one.
        context.RetryCount = -1;
        return this.countTries(this.trackInner(state));
      },
    });
    return { ...definition, States };
  }

  /** The engine asks for an InputPath once at the beginning of every try. */
  private countTries(state: AnyState): AnyState {
    return new Proxy(state, {
      has: (target, field) => {
        const context = this.running.getStore()?.state;
        if (field === "InputPath" && context !== undefined) context.RetryCount += 1;
        return Reflect.has(target, field);
      },
    });
  }

  private trackInner(state: AnyState): AnyState {
    // The machines within a state lack only Version and TimeoutSeconds, which are optional in a definition.
    if (state.Type === "Parallel") {
      return { ...state, Branches: state.Branches.map((branch) => this.trackStates(branch)) };
    }
    if (state.Type !== "Map") return state;
    const { Iterator: iterator, ItemProcessor, Parameters, ItemSelector = Parameters } = state;
    return {
      ...state,
      ...(iterator && { Iterator: this.trackStates(iterator) }),
      ...(ItemProcessor && { ItemProcessor: this.trackStates(ItemProcessor) }),
      // The engine takes any array for a template, and has it evaluated by its `map`; its type says objects only.
      ItemSelector: new ItemTemplate(ItemSelector, (map) => {
        this.nextMap = map;
      }) as never,
    };
  }
}

/** A Map state's ItemSelector, evaluated as each iteration begins, that tells `$$.Map` of it. */
class ItemTemplate extends Array<unknown> {
  private readonly template: unknown;
  private readonly onItem: (map: unknown) => void;

  constructor(template: unknown, onItem: (map: unknown) => void) {
    super();
    this.template = template;
    this.onItem = onItem;
  }

  /** @param evaluate fills in a template for the item */
  override map<Result>(evaluate: (template: unknown, index: number, all: unknown[]) => Result): Result[] {
    const [item, selected] = [{ "map.$": "$$.Map" }, this.template].map((each) => evaluate(each, 0, this));
    // The template above has this field.
    this.onItem((item as { readonly map: unknown }).map);
    // The engine continues with the selected value, or with the item itself without a selector.
    return selected as Result[];
  }
}
