import { DatabaseSync, type StatementSync } from "node:sqlite";
import { isDeepStrictEqual } from "node:util";

/** One change, as the engine keeps it. `position` grows with every change of any table and is never used twice. */
export interface LoggedChange {
  readonly position: number;
  readonly eventName: string;
  readonly keys: string;
  readonly newImage: string | null;
  readonly oldImage: string | null;
  readonly createdAt: number;
  readonly userIdentity: string | null;
}

/** Seconds. DynamoDB keeps a stream's records for 24 hours. */
const retention = 24 * 60 * 60;

/** What is read and written of the engine's table of changes; dynoxide 1.2.1 has it. */
const neededColumns = [
  "id",
  "table_name",
  "event_name",
  "keys_json",
  "new_image",
  "old_image",
  "sequence_number",
  "created_at",
  "user_identity",
];

/** Another version of the engine keeps its changes in another way. */
export class UnknownChangeLog extends Error {
  override readonly name = "UnknownChangeLog";
}

/**
 * The engine's own log of changes, and all that is known here of its inside; tests/dynamodb-engine.test.ts says what it
 * must be. It is read where it lies: its API would cost a request for every read, and knows the
 * ordinal of a record within its table only, which begins again when the log has been emptied.
 */
export class StreamLog {
  private readonly database: DatabaseSync;
  private readonly after: StatementSync;
  private readonly last: StatementSync;
  private readonly removals: StatementSync;
  private readonly identify: StatementSync;

  constructor(databaseFile: string) {
    this.database = new DatabaseSync(databaseFile);
    this.assertColumns(databaseFile);
    this.database.exec(`
      PRAGMA busy_timeout = 5000;
      -- Without these two the engine walks its whole log for every write, and every read walks it as well.
      CREATE INDEX IF NOT EXISTS _stream_records_of_table ON _stream_records (table_name, id);
      CREATE INDEX IF NOT EXISTS _stream_records_by_sequence ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
      -- A table can be deleted and made again under its name, whose earlier changes are another stream's.
      CREATE TABLE IF NOT EXISTS _stream_starts (stream_arn TEXT PRIMARY KEY, position INTEGER NOT NULL);
    `);
    this.after = this.database.prepare(`
      SELECT id AS position, event_name AS eventName, keys_json AS keys, new_image AS newImage, old_image AS oldImage,
             created_at AS createdAt, user_identity AS userIdentity
      FROM _stream_records WHERE table_name = ? AND id > ? ORDER BY id LIMIT ?`);
    this.last = this.database.prepare("SELECT MAX(id) AS position FROM _stream_records WHERE table_name = ?");
    this.removals = this.database.prepare(
      "SELECT id, keys_json AS keys FROM _stream_records WHERE table_name = ? AND event_name = 'REMOVE' ORDER BY id DESC",
    );
    this.identify = this.database.prepare("UPDATE _stream_records SET user_identity = ? WHERE id = ?");
    this.trim();
  }

  changesAfter(table: string, position: number, limit: number): readonly LoggedChange[] {
    // The statement's columns are exactly LoggedChange's fields.
    return this.after.all(table, position, limit) as unknown as readonly LoggedChange[];
  }

  /** Position of the latest change of a table; 0 when there is none. */
  lastPosition(table: string): number {
    return Number(this.last.get(table)?.["position"] ?? 0);
  }

  /** Remembers that a stream begins with the next change of its table. */
  begin(streamArn: string, table: string): void {
    this.database
      .prepare("INSERT OR REPLACE INTO _stream_starts (stream_arn, position) VALUES (?, ?)")
      .run(streamArn, this.lastPosition(table));
  }

  /** The position behind which a stream begins. */
  startOf(streamArn: string): number {
    const row = this.database.prepare("SELECT position FROM _stream_starts WHERE stream_arn = ?").get(streamArn);
    return Number(row?.["position"] ?? 0);
  }

  /** Marks the latest removal of an item as the service's own, which is how a consumer tells an expired item. */
  markExpired(table: string, key: Readonly<Record<string, unknown>>): void {
    const identity = JSON.stringify({ Type: "Service", PrincipalId: "dynamodb.amazonaws.com" });
    const id = this.latestRemoval(table, key);
    if (id !== undefined) this.identify.run(identity, id);
  }

  /** Forgets what is older than a stream keeps; each table's latest stays, because the engine counts on from it. */
  trim(): void {
    this.database
      .prepare(
        `DELETE FROM _stream_records WHERE created_at < ?
           AND id NOT IN (SELECT MAX(id) FROM _stream_records GROUP BY table_name)`,
      )
      .run(Math.floor(Date.now() / 1000) - retention);
  }

  close(): void {
    this.database.close();
  }

  /** The engine writes the attributes of a key in any order. */
  private latestRemoval(table: string, key: Readonly<Record<string, unknown>>): number | undefined {
    for (const { id, keys } of this.removals.iterate(table)) {
      if (isDeepStrictEqual(JSON.parse(String(keys)), key)) return Number(id);
    }
    return undefined;
  }

  private assertColumns(databaseFile: string): void {
    const columns = this.database.prepare("SELECT name FROM pragma_table_info('_stream_records')").all();
    const names = columns.map(({ name }) => String(name));
    const missing = neededColumns.filter((name) => !names.includes(name));
    if (missing.length === 0) return;
    this.database.close();
    throw new UnknownChangeLog(
      `the DynamoDB engine's log of changes in ${databaseFile} has no ${missing.join(", ")}: its table _stream_records has ` +
        `${names.length === 0 ? "no columns" : names.join(", ")}. The local host knows the log of dynoxide 1.2.1.`,
    );
  }
}
