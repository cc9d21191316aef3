import type { StatementSync } from "node:sqlite";
import * as z from "zod";
import { DurableDatabase } from "../../kernel/durable-database";

const stored = z.object({
  streamArn: z.string(),
  /** Epoch milliseconds of the mapping's first start. */
  startedAt: z.number(),
  /** The last record that is done with; null before the first. */
  after: z.string().nullable(),
});

/** How far a mapping has come in its stream, kept through a restart and SIGKILL; a power cut may take the last steps. */
export class StreamCheckpoint {
  /** Undefined on the very first start, and for another stream than the mapping had before. */
  readonly restored: z.output<typeof stored> | undefined;
  private readonly startedAt: number;
  private readonly streamArn: string;
  private readonly database: DurableDatabase;
  private readonly put: StatementSync;

  constructor(file: string, streamArn: string) {
    this.streamArn = streamArn;
    this.database = new DurableDatabase(file);
    this.database.exec(`
      CREATE TABLE IF NOT EXISTS checkpoint (
        only INTEGER PRIMARY KEY CHECK (only = 1), streamArn TEXT NOT NULL, startedAt INTEGER NOT NULL, after TEXT
      ) STRICT`);
    this.put = this.database.prepare("INSERT OR REPLACE INTO checkpoint VALUES (1, ?, ?, ?)");
    const row = this.database.prepare("SELECT * FROM checkpoint WHERE streamArn = ?").get(streamArn);
    this.restored = row === undefined ? undefined : stored.parse(row);
    this.startedAt = this.restored?.startedAt ?? Date.now();
  }

  /** Notes a mapping's first start in its stream. */
  begin(): void {
    if (this.restored === undefined) this.put.run(this.streamArn, this.startedAt, null);
  }

  moveTo(sequenceNumber: string): void {
    this.put.run(this.streamArn, this.startedAt, sequenceNumber);
  }

  /** May be called again. */
  close(): void {
    if (this.database.isOpen) this.database.close();
  }
}
