import type { DurableDatabase, PreparedStatements } from "../../kernel/durable-database";

/** One event on its way to one target. */
export interface Delivery {
  readonly id: number;
  readonly targetKey: string;
  /** The event as accepted, as JSON text. */
  readonly event: string;
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number;
  /** X-Ray's tracing header that the event came with. */
  readonly traceHeader?: string | undefined;
  /** Attempts made so far. */
  readonly attempts: number;
  /** Not to be tried before, in milliseconds since the epoch. */
  readonly nextAttemptAt: number;
}

export type NewDelivery = Pick<Delivery, "targetKey" | "event" | "acceptedAt" | "traceHeader">;

/** Milliseconds that finished deliveries wait to be deleted together; a kill in between delivers them again. */
const DELETE_DELAY = 20;

const statements = {
  insert: "INSERT INTO deliveries (target, event, accepted_at, next_attempt_at, trace_header) VALUES (?, ?, ?, ?, ?)",
  remove: "DELETE FROM deliveries WHERE id = ?",
  postpone: "UPDATE deliveries SET attempts = ?, next_attempt_at = ? WHERE id = ?",
  unfinished:
    "SELECT id, target, event, accepted_at, attempts, next_attempt_at, trace_header FROM deliveries ORDER BY id",
} as const;

/** The deliveries that are accepted and not yet done, on disk. */
export class DeliveryJournal {
  private readonly database: DurableDatabase;
  private readonly statements: PreparedStatements<keyof typeof statements>;
  private finished: number[] = [];
  private deleteTimer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(database: DurableDatabase) {
    this.database = database;
    database.exec(`CREATE TABLE IF NOT EXISTS deliveries (
      id INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, event TEXT NOT NULL, accepted_at INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0, next_attempt_at INTEGER NOT NULL, trace_header TEXT) STRICT`);
    // A journal of an earlier version has no such column.
    const columns = database.prepare("PRAGMA table_info(deliveries)").all();
    if (!columns.some((column) => column["name"] === "trace_header")) {
      database.exec("ALTER TABLE deliveries ADD COLUMN trace_header TEXT");
    }
    this.statements = database.prepareAll(statements);
  }

  /** Stores deliveries, all or none, together with whatever else `alongside` writes to the database. */
  accept(deliveries: readonly NewDelivery[], alongside?: () => void): readonly Delivery[] {
    return this.database.together(() => {
      this.deleteFinished();
      alongside?.();
      return deliveries.map((delivery) => {
        const { targetKey, event, acceptedAt, traceHeader = null } = delivery;
        const { lastInsertRowid } = this.statements.insert.run(targetKey, event, acceptedAt, acceptedAt, traceHeader);
        return { ...delivery, id: Number(lastInsertRowid), attempts: 0, nextAttemptAt: acceptedAt };
      });
    });
  }

  done(id: number): void {
    if (this.closed) return;
    this.finished.push(id);
    this.deleteTimer ??= setTimeout(() => this.flush(), DELETE_DELAY);
  }

  retryLater(delivery: Delivery): void {
    if (this.closed) return;
    this.statements.postpone.run(delivery.attempts, delivery.nextAttemptAt, delivery.id);
  }

  /** What an earlier run left undone, oldest first. */
  unfinished(): readonly Delivery[] {
    return this.statements.unfinished.all().map((row) => ({
      id: Number(row["id"]),
      targetKey: String(row["target"]),
      event: String(row["event"]),
      acceptedAt: Number(row["accepted_at"]),
      attempts: Number(row["attempts"]),
      nextAttemptAt: Number(row["next_attempt_at"]),
      ...(row["trace_header"] === null ? {} : { traceHeader: String(row["trace_header"]) }),
    }));
  }

  close(): void {
    if (this.closed) return;
    this.flush();
    this.closed = true;
  }

  private flush(): void {
    if (!this.closed && this.finished.length > 0) this.database.together(() => this.deleteFinished());
    clearTimeout(this.deleteTimer);
    this.deleteTimer = undefined;
  }

  private deleteFinished(): void {
    for (const id of this.finished) this.statements.remove.run(id);
    this.finished = [];
  }
}
