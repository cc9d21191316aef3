import type { SQLInputValue, StatementSync } from "node:sqlite";
import * as z from "zod";
import { DurableDatabase } from "../../kernel/durable-database";

/** A segment document, with what is read of it here. */
export interface StoredSegment {
  readonly trace_id: string;
  readonly id: string;
  readonly start_time: number;
  readonly annotations?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** The document. */
  readonly json: string;
}

/** One trace's documents, in the sequence in which their work began. */
export interface StoredTrace {
  readonly id: string;
  readonly documents: readonly { readonly id: string; readonly json: string }[];
}

export interface TraceQuery {
  /** Seconds since the epoch, between which a part of the trace began. */
  readonly from: number;
  readonly to: number;
  /** Annotations that segments of the trace have, all of them. */
  readonly annotations: readonly { readonly key: string; readonly value: string }[];
}

const partSchema = z.array(z.looseObject({ id: z.string(), start_time: z.number() }));

/**
 * The latest segments of all traces, on disk. What is written of one trace at a time is one row, a part: a row for each
 * segment took about twice as long. A document that comes again, once in progress, replaces the earlier one.
 */
export class SegmentStore {
  private readonly database: DurableDatabase;
  private readonly maximum: number;
  private readonly insert: StatementSync;
  private readonly annotate: StatementSync;
  private readonly forget: readonly StatementSync[];
  private oldest: number;

  /** `maximum` parts are kept; a tenth more may be there for a moment. */
  constructor(file: string, maximum: number) {
    this.maximum = maximum;
    this.database = new DurableDatabase(file);
    this.database.exec(`
      CREATE TABLE IF NOT EXISTS part (
        number INTEGER PRIMARY KEY AUTOINCREMENT, trace_id TEXT NOT NULL, start REAL NOT NULL, documents TEXT NOT NULL
        ) STRICT;
      CREATE INDEX IF NOT EXISTS part_of_trace ON part (trace_id);
      CREATE TABLE IF NOT EXISTS annotation (
        key TEXT NOT NULL, value TEXT NOT NULL, part INTEGER NOT NULL, PRIMARY KEY (key, value, part)
        ) STRICT, WITHOUT ROWID`);
    this.insert = this.database.prepare("INSERT INTO part (trace_id, start, documents) VALUES (?, ?, ?)");
    this.annotate = this.database.prepare("INSERT INTO annotation (key, value, part) VALUES (?, ?, ?)");
    this.forget = ["DELETE FROM annotation WHERE part < ?", "DELETE FROM part WHERE number < ?"].map((statement) =>
      this.database.prepare(statement),
    );
    this.oldest = Number(this.database.prepare("SELECT min(number) AS oldest FROM part").get()?.["oldest"] ?? 1);
  }

  put(segments: readonly StoredSegment[]): void {
    this.database.together(() => {
      let latest = 0;
      for (const [traceId, part] of Map.groupBy(segments, ({ trace_id }) => trace_id)) {
        const start = Math.min(...part.map(({ start_time }) => start_time));
        const documents = `[${part.map(({ json }) => json).join()}]`;
        latest = Number(this.insert.run(traceId, start, documents).lastInsertRowid);
        const annotations = new Map(
          part.flatMap(({ annotations: own = {} }) => Object.entries(own)).map((each) => [String(each), each]),
        );
        for (const [key, value] of annotations.values()) this.annotate.run(key, String(value), latest);
      }
      if (latest - this.oldest < this.maximum * 1.1) return;
      this.oldest = latest - this.maximum + 1;
      for (const statement of this.forget) statement.run(this.oldest);
    });
  }

  trace(id: string): StoredTrace | undefined {
    const rows = this.database.prepare("SELECT documents FROM part WHERE trace_id = ? ORDER BY number").all(id);
    if (rows.length === 0) return undefined;
    const documents = rows.flatMap((row) => partSchema.parse(JSON.parse(String(row["documents"]))));
    const latest = [...new Map(documents.map((document) => [document.id, document])).values()];
    const inTime = latest.toSorted((one, other) => one.start_time - other.start_time);
    return { id, documents: inTime.map((document) => ({ id: document.id, json: JSON.stringify(document) })) };
  }

  /** The ids of the traces that a query is about, the latest first. */
  find({ from, to, annotations }: TraceQuery, limit: number, skip = 0): readonly string[] {
    const having = annotations
      .map(
        () =>
          "AND trace_id IN (SELECT p.trace_id FROM annotation a JOIN part p ON p.number = a.part WHERE a.key = ? AND a.value = ?)",
      )
      .join(" ");
    const values: SQLInputValue[] = annotations.flatMap(({ key, value }) => [key, value]);
    return this.database
      .prepare(
        `SELECT trace_id, max(number) AS latest FROM part WHERE start BETWEEN ? AND ? ${having}
         GROUP BY trace_id ORDER BY latest DESC LIMIT ? OFFSET ?`,
      )
      .all(from, to, ...values, limit, skip)
      .map((row) => String(row["trace_id"]));
  }

  close(): void {
    this.database.close();
  }
}
