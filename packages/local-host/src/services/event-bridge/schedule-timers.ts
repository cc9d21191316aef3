import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../kernel/clock";
import type { ScheduleExpression } from "./schedule-expression";

export interface TimedSchedule {
  /** The same after a restart. */
  readonly key: string;
  /** A schedule with another expression counts as a new one. */
  readonly expressionText: string;
  readonly expression: ScheduleExpression;
  readonly notBefore?: Date | undefined;
  readonly notAfter?: Date | undefined;
  /** Milliseconds that a firing may be late by choice. */
  readonly flexibleWindow?: number;
  fire(scheduledFor: Date): void;
}

/** Fires schedules on timers. Rates keep their rhythm over a restart: the time they count from is on disk. */
export class ScheduleTimers {
  private readonly database: DatabaseSync;
  private readonly clock: Clock;
  private readonly waiting = new Map<string, () => void>();
  private readonly schedules: TimedSchedule[] = [];
  private stopped = false;

  constructor(database: DatabaseSync, clock: Clock) {
    this.database = database;
    this.clock = clock;
    database.exec(`CREATE TABLE IF NOT EXISTS schedules (
      key TEXT PRIMARY KEY, expression TEXT NOT NULL, anchor INTEGER NOT NULL, last_fired INTEGER) STRICT`);
  }

  /** Those that are set, in the sequence in which they were added. */
  all(): readonly TimedSchedule[] {
    return this.schedules;
  }

  add(schedule: TimedSchedule): void {
    this.schedules.push(schedule);
    const stored = this.stored(schedule);
    const now = this.clock.now();
    const anchor = schedule.notBefore ?? stored.anchor;
    // Runs that were missed while the host was down are skipped, but a one-time schedule must not be lost.
    const once = schedule.expressionText.startsWith("at(") && stored.lastFired === undefined;
    this.wait(schedule, anchor, once ? new Date(Math.min(anchor.getTime(), now)) : new Date(now));
  }

  stop(): void {
    this.stopped = true;
    for (const giveUp of this.waiting.values()) giveUp();
    this.waiting.clear();
  }

  private wait(schedule: TimedSchedule, anchor: Date, after: Date): void {
    const { notBefore, notAfter } = schedule;
    // One millisecond less, so that a schedule may fire exactly at its start.
    const from = notBefore !== undefined && notBefore > after ? new Date(notBefore.getTime() - 1) : after;
    const next = schedule.expression.next(from, anchor);
    if (next === undefined || (notAfter !== undefined && next > notAfter)) return;
    const late = Math.random() * (schedule.flexibleWindow ?? 0);
    this.sleepUntil(schedule.key, next.getTime() + late, () => {
      this.database.prepare("UPDATE schedules SET last_fired = ? WHERE key = ?").run(next.getTime(), schedule.key);
      schedule.fire(next);
      this.wait(schedule, anchor, new Date(Math.max(next.getTime(), this.clock.now() - 1000)));
    });
  }

  private sleepUntil(key: string, moment: number, wake: () => void): void {
    if (this.stopped) return;
    this.waiting.set(key, this.clock.when(moment, wake));
  }

  private stored(schedule: TimedSchedule): { anchor: Date; lastFired?: Date } {
    const select = this.database.prepare("SELECT expression, anchor, last_fired FROM schedules WHERE key = ?");
    const row = select.get(schedule.key);
    if (row?.["expression"] === schedule.expressionText) {
      const lastFired = row["last_fired"];
      const anchor = new Date(Number(row["anchor"]));
      return lastFired === null ? { anchor } : { anchor, lastFired: new Date(Number(lastFired)) };
    }
    const anchor = new Date(this.clock.now());
    this.database
      .prepare("INSERT OR REPLACE INTO schedules (key, expression, anchor) VALUES (?, ?, ?)")
      .run(schedule.key, schedule.expressionText, anchor.getTime());
    return { anchor };
  }
}
