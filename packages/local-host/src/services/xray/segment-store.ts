import type { SQLInputValue, StatementSync } from "node:sqlite";
import { DurableDatabase } from "../../kernel/durable-database";
import type { SegmentDocument } from "./segment-document";

/** One trace's documents, in the sequence in which their work began. */
export interface StoredTrace {
  readonly id: string;
  readonly documents: readonly { readonly id: string; readonly json: string }[];
}

export interface TraceQuery {
  /** Seconds since the epoch, between which a segment of the trace began. */
  readonly from: number;
  readonly to: number;
  /** Annotations that segments of the trace have, all of them. */
  readonly annotations: readonly { readonly key: string; readonly value: string }[];
}

/** The latest segments of all traces, on disk. A document that comes again, once in progress, replaces the earlier one. */
export class SegmentStore {
  private readonly database: DurableDatabase;
  private readonly maximum: number;
  private readonly insert: StatementSync;
  private readonly annotate: StatementSync;
  private readonly forget: readonly StatementSync[];
  private oldest: number;

  /** `maximum` segments are kept; a tenth more may be there for a moment. */
  constructor(file: string, maximum: number) {
    this.maximum = maximum;
    this.database = new DurableDatabase(file);
    this.database.exec(`
      CREATE TABLE IF NOT EXISTS segment (
        number INTEGER PRIMARY KEY AUTOINCREMENT, trace_id TEXT NOT NULL, id TEXT NOT NULL, start REAL NOT NULL,
        document TEXT NOT NULL) STRICT;
      CREATE UNIQUE INDEX IF NOT EXISTS segment_of_trace ON segment (trace_id, id);
      CREATE TABLE IF NOT EXISTS annotation (
        key TEXT NOT NULL, value TEXT NOT NULL, segment INTEGER NOT NULL, PRIMARY KEY (key, value, segment)
        ) STRICT, WITHOUT ROWID`);
    this.insert = this.database.prepare(`INSERT INTO segment (trace_id, id, start, document) VALUES (?, ?, ?, ?)
      ON CONFLICT (trace_id, id) DO UPDATE SET start = excluded.start, document = excluded.document RETURNING number`);
    this.annotate = this.database.prepare("INSERT OR IGNORE INTO annotation (key, value, segment) VALUES (?, ?, ?)");
    this.forget = ["DELETE FROM annotation WHERE segment < ?", "DELETE FROM segment WHERE number < ?"].map(
      (statement) => this.database.prepare(statement),
    );
    this.oldest = Number(this.database.prepare("SELECT min(number) AS oldest FROM segment").get()?.["oldest"] ?? 1);
  }

  put(documents: readonly SegmentDocument[]): void {
    this.database.together(() => {
      let latest = 0;
      for (const { trace_id, id, start_time, annotations = {}, json } of documents) {
        const number = Number(this.insert.get(trace_id, id, start_time, json)?.["number"]);
        for (const [key, value] of Object.entries(annotations)) this.annotate.run(key, String(value), number);
        latest = Math.max(latest, number);
      }
      if (latest - this.oldest < this.maximum * 1.1) return;
      this.oldest = latest - this.maximum + 1;
      for (const statement of this.forget) statement.run(this.oldest);
    });
  }

  trace(id: string): StoredTrace | undefined {
    const rows = this.database
      .prepare("SELECT id, document FROM segment WHERE trace_id = ? ORDER BY start, number")
      .all(id);
    if (rows.length === 0) return undefined;
    return { id, documents: rows.map((row) => ({ id: String(row["id"]), json: String(row["document"]) })) };
  }

  /** The ids of the traces that a query is about, the latest first. */
  find({ from, to, annotations }: TraceQuery, limit: number, skip = 0): readonly string[] {
    const having = annotations
      .map(
        () =>
          "AND trace_id IN (SELECT s.trace_id FROM annotation a JOIN segment s ON s.number = a.segment WHERE a.key = ? AND a.value = ?)",
      )
      .join(" ");
    const values: SQLInputValue[] = annotations.flatMap(({ key, value }) => [key, value]);
    return this.database
      .prepare(
        `SELECT trace_id, max(number) AS latest FROM segment WHERE start BETWEEN ? AND ? ${having}
         GROUP BY trace_id ORDER BY latest DESC LIMIT ? OFFSET ?`,
      )
      .all(from, to, ...values, limit, skip)
      .map((row) => String(row["trace_id"]));
  }

  close(): void {
    this.database.close();
  }
}
