import * as z from "zod";
import { DurableDatabase } from "../../kernel/durable-database";

/** An event accepted for asynchronous invocation and not done with yet. */
export interface AsyncEvent {
  readonly requestId: string;
  readonly functionName: string;
  readonly payload: string;
  /** Epoch milliseconds. */
  readonly acceptedAt: number;
  /** Invocations so far that ran. */
  readonly invoked: number;
  /** Attempts so far that were throttled. */
  readonly throttled: number;
  /** Epoch milliseconds before which it is not tried again. */
  readonly notBefore: number;
}

const row = z.object({
  requestId: z.string(),
  functionName: z.string(),
  payload: z.string(),
  acceptedAt: z.number(),
  invoked: z.number(),
  throttled: z.number(),
  notBefore: z.number(),
});

/** Keeps accepted events through a restart and SIGKILL. */
export class AsyncEventJournal {
  private readonly database: DurableDatabase;

  constructor(file: string) {
    this.database = new DurableDatabase(file);
    this.database.exec(`
      CREATE TABLE IF NOT EXISTS event (
        requestId TEXT PRIMARY KEY, functionName TEXT NOT NULL, payload TEXT NOT NULL, acceptedAt INTEGER NOT NULL,
        invoked INTEGER NOT NULL, throttled INTEGER NOT NULL, notBefore INTEGER NOT NULL
      ) STRICT`);
  }

  put(event: AsyncEvent): void {
    const { requestId, functionName, payload, acceptedAt, invoked, throttled, notBefore } = event;
    this.database
      .prepare("INSERT OR REPLACE INTO event VALUES (?, ?, ?, ?, ?, ?, ?)")
      .run(requestId, functionName, payload, acceptedAt, invoked, throttled, notBefore);
  }

  remove(requestId: string): void {
    this.database.prepare("DELETE FROM event WHERE requestId = ?").run(requestId);
  }

  all(): readonly AsyncEvent[] {
    return z.array(row).parse(this.database.prepare("SELECT * FROM event ORDER BY acceptedAt").all());
  }

  close(): void {
    this.database.close();
  }
}
