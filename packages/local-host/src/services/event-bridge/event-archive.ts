import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { BusEvent } from "./bus-event";
import type { Archive } from "./bus-topology";
import { matchesPattern } from "./event-pattern";

const DAY = 86_400_000;

/** The events that archives keep, on disk, for as long as each archive's retention says. */
export class EventArchive {
  private readonly archives: readonly Archive[];
  private readonly database: DatabaseSync;
  private readonly insert: StatementSync;

  constructor(database: DatabaseSync, archives: readonly Archive[]) {
    this.archives = archives;
    this.database = database;
    database.exec(`CREATE TABLE IF NOT EXISTS archived_events (
      archive TEXT NOT NULL, archived_at INTEGER NOT NULL, event_time INTEGER NOT NULL, event TEXT NOT NULL) STRICT;
      CREATE INDEX IF NOT EXISTS archived_events_by_time ON archived_events (archive, event_time)`);
    this.insert = database.prepare(
      "INSERT INTO archived_events (archive, archived_at, event_time, event) VALUES (?, ?, ?, ?)",
    );
  }

  /** The archives of a bus that take an event; a replayed event is not archived again. */
  archivesFor(busArn: string, event: BusEvent): readonly Archive[] {
    if (event["replay-name"] !== undefined) return [];
    return this.archives.filter(
      ({ busArn: source, pattern }) => source === busArn && (pattern === undefined || matchesPattern(pattern, event)),
    );
  }

  keep(archive: Archive, event: BusEvent, json: string): void {
    this.insert.run(archive.name, Date.now(), Date.parse(event.time), json);
  }

  /** Events of an archive by the time they happened, the end excluded. */
  between(archiveName: string, start: Date, end: Date): readonly string[] {
    return this.database
      .prepare(
        "SELECT event FROM archived_events WHERE archive = ? AND event_time >= ? AND event_time < ? ORDER BY event_time, rowid",
      )
      .all(archiveName, start.getTime(), end.getTime())
      .map((row) => String(row["event"]));
  }

  statistics(archiveName: string): { readonly events: number; readonly bytes: number } {
    const row = this.database
      .prepare(
        "SELECT count(*) AS events, coalesce(sum(length(event)), 0) AS bytes FROM archived_events WHERE archive = ?",
      )
      .get(archiveName);
    return { events: Number(row?.["events"] ?? 0), bytes: Number(row?.["bytes"] ?? 0) };
  }

  deleteExpired(now = Date.now()): void {
    const expire = this.database.prepare("DELETE FROM archived_events WHERE archive = ? AND archived_at < ?");
    for (const { name, retentionDays } of this.archives) {
      if (retentionDays > 0) expire.run(name, now - retentionDays * DAY);
    }
  }
}
