import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod";
import type { HostContext } from "../../kernel/host-context";
import type { AlarmDefinition } from "./alarm-definition";
import { type AlarmState, type DataPoint, type Evaluation, evaluateAlarm, evaluationRange } from "./alarm-evaluation";
import { notifyAlarm } from "./alarm-notification";
import type { CompositeAlarmDefinition } from "./composite-alarm";
import { prepareQueries, type QueryValue } from "./metric-queries";
import type { MetricStore } from "./metric-store";

/** Milliseconds between new data and the evaluation it causes, so that a burst causes one. */
const SETTLE = 100;

const stateSchema = z.object({
  state: z.enum(["OK", "ALARM", "INSUFFICIENT_DATA"]),
  reason: z.string(),
  since: z.number(),
});
type StoredState = z.output<typeof stateSchema>;

export interface WatchedAlarm extends StoredState {
  readonly definition: AlarmDefinition;
}

export interface WatchedCompositeAlarm extends StoredState {
  readonly definition: CompositeAlarmDefinition;
}

interface WatchedComposite {
  readonly definition: CompositeAlarmDefinition;
  present: StoredState;
}

interface Watched {
  readonly definition: AlarmDefinition;
  readonly value: QueryValue;
  present: StoredState;
}

/** Evaluates alarms when their metrics have new data and as time passes. Their states survive a restart. */
export class AlarmWatch {
  private readonly context: HostContext;
  private readonly file: string;
  private readonly now: () => number;
  private readonly alarms = new Map<string, Watched>();
  private readonly composites = new Map<string, WatchedComposite>();
  private readonly unsubscribe: (() => void)[] = [];
  private readonly due = new Set<Watched>();
  private timer: NodeJS.Timeout | undefined;

  constructor(context: HostContext, file: string, now: () => number) {
    this.context = context;
    this.file = file;
    this.now = now;
  }

  watch(
    store: MetricStore,
    definitions: readonly AlarmDefinition[],
    composites: readonly CompositeAlarmDefinition[] = [],
  ): void {
    const stored = this.readStates();
    const presentOf = (name: string): StoredState =>
      stored[name] ?? { state: "INSUFFICIENT_DATA", reason: "Unchecked: Initial alarm creation", since: this.now() };
    for (const definition of composites) {
      this.composites.set(definition.name, { definition, present: presentOf(definition.name) });
    }
    for (const definition of definitions) {
      const queries = prepareQueries(store, definition.queries);
      const present = presentOf(definition.name);
      const alarm = { definition, value: queries.value(definition.queryId), present };
      this.alarms.set(definition.name, alarm);
      this.unsubscribe.push(store.onData(queries.identities, () => this.evaluateSoon(alarm)));
    }
  }

  all(): readonly WatchedAlarm[] {
    return [...this.alarms.values()].map(({ definition, present }) => ({ definition, ...present }));
  }

  allComposite(): readonly WatchedCompositeAlarm[] {
    return [...this.composites.values()].map(({ definition, present }) => ({ definition, ...present }));
  }

  evaluateAll(): void {
    for (const alarm of this.alarms.values()) this.evaluate(alarm);
    this.evaluateComposites();
  }

  /** Puts an alarm into a state until the next evaluation finds another. False when there is no such alarm. */
  set(name: string, state: AlarmState, reason: string): boolean {
    const alarm = this.alarms.get(name) ?? this.composites.get(name);
    if (alarm === undefined) return false;
    this.transition(alarm, state, reason);
    this.evaluateComposites();
    return true;
  }

  stop(): void {
    clearTimeout(this.timer);
    for (const unsubscribe of this.unsubscribe) unsubscribe();
  }

  private evaluateSoon(alarm: Watched): void {
    this.due.add(alarm);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      for (const one of this.due) this.evaluate(one);
      this.due.clear();
      this.evaluateComposites();
    }, SETTLE);
  }

  private evaluate(alarm: Watched): void {
    const { definition, value, present } = alarm;
    const period = definition.periodSeconds * 1000;
    const current = Math.floor(this.now() / period) * period;
    const points: DataPoint[] = [];
    for (let back = 0; back < evaluationRange(definition); back += 1) {
      const start = current - back * period;
      points.push({ start, value: value(start, start + period) });
    }
    const evaluation = evaluateAlarm(definition, points, present.state);
    if (evaluation.state !== present.state) this.transition(alarm, evaluation.state, reasonOf(definition, evaluation));
  }

  /** One may name another: it is looked at again until nothing changes, and no more often than there are composites. */
  private evaluateComposites(): void {
    const stateOf = (name: string): AlarmState | undefined =>
      (this.alarms.get(name) ?? this.composites.get(name))?.present.state;
    for (const _ of this.composites) {
      const changed = [...this.composites.values()].filter(({ definition, present }) => {
        const state = definition.isOn(stateOf) ? "ALARM" : "OK";
        return state !== present.state;
      });
      if (changed.length === 0) return;
      for (const composite of changed) {
        const { rule, isOn } = composite.definition;
        const state = isOn(stateOf) ? "ALARM" : "OK";
        this.transition(composite, state, `${rule} is ${state === "ALARM" ? "true" : "false"}`);
      }
    }
  }

  private transition(alarm: Watched | WatchedComposite, to: AlarmState, reason: string): void {
    const { definition, present } = alarm;
    const from = present.state;
    alarm.present = { state: to, reason, since: this.now() };
    this.writeStates();
    if (from === to) return;
    this.context.events.publish({
      level: to === "ALARM" ? "error" : "info",
      resource: definition.name,
      what: `alarm is ${to}`,
      detail: { from, reason },
    });
    void notifyAlarm(this.context, { alarm: definition, from, to, reason, at: new Date(this.now()) });
  }

  private readStates(): Readonly<Record<string, StoredState>> {
    try {
      return z.record(z.string(), stateSchema).parse(JSON.parse(readFileSync(this.file, "utf8")));
    } catch {
      // Missing or unreadable: every alarm starts as if it had just been created.
      return {};
    }
  }

  private writeStates(): void {
    const states = Object.fromEntries(
      [...this.alarms, ...this.composites].map(([name, { present }]) => [name, present]),
    );
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(`${this.file}.new`, JSON.stringify(states));
    renameSync(`${this.file}.new`, this.file);
  }
}

const WORDS = {
  GreaterThanOrEqualToThreshold: "greater than or equal to",
  GreaterThanThreshold: "greater than",
  LessThanThreshold: "less than",
  LessThanOrEqualToThreshold: "less than or equal to",
} as const;

const reasonOf = (definition: AlarmDefinition, { state, points }: Evaluation): string => {
  const { threshold, comparisonOperator, datapointsToAlarm } = definition;
  if (points.length === 0) {
    return state === "INSUFFICIENT_DATA"
      ? "Insufficient Data: no datapoints were received."
      : `Threshold Crossed: no datapoints were received for ${definition.evaluationPeriods} period(s) and missing datapoints were treated as [${definition.treatMissingData === "breaching" ? "Breaching" : "NonBreaching"}].`;
  }
  const values = points.map(({ start, value }) => `${value} (${new Date(start).toISOString()})`).join(", ");
  const many = points.length > 1;
  return (
    `Threshold Crossed: ${points.length} datapoint${many ? "s" : ""} [${values}] ${many ? "were" : "was"}` +
    `${state === "ALARM" ? "" : " not"} ${WORDS[comparisonOperator]} the threshold (${threshold})` +
    `${state === "ALARM" ? ` (minimum ${datapointsToAlarm} datapoint${datapointsToAlarm > 1 ? "s" : ""} for OK -> ALARM transition)` : ""}.`
  );
};
