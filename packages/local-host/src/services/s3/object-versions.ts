import { randomBytes } from "node:crypto";
import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import type { FauxqsObject, FauxqsPersistence, FauxqsStore } from "./fauxqs";

/** One version of an object, or a delete marker. */
export interface ObjectVersion {
  /** Grows with every version. */
  readonly sequence: number;
  readonly bucket: string;
  readonly key: string;
  /** `null` of an object that was there before its bucket kept versions. */
  readonly id: string;
  readonly isDeleteMarker: boolean;
  readonly isLatest: boolean;
  readonly writtenAt: Date;
}

/** Where the store has an object. */
export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

/** Where a list of versions goes on. */
export interface VersionMarker {
  readonly key: string;
  readonly id: string | undefined;
}

/** The store's bucket for versions that were replaced, under their sequence. No bucket can have a name like this. */
export const earlierVersions = "earlier versions";

/** Where a version's content is; that of a delete marker is nowhere. */
export const placeOf = ({ bucket, key, sequence, isLatest }: ObjectVersion): ObjectPlace =>
  isLatest ? { bucket, key } : { bucket: earlierVersions, key: String(sequence) };

const objectVersion = (row: Readonly<Record<string, SQLOutputValue>>): ObjectVersion => ({
  sequence: Number(row["sequence"]),
  bucket: String(row["bucket"]),
  key: String(row["key"]),
  id: String(row["version_id"]),
  isDeleteMarker: row["is_delete_marker"] === 1,
  isLatest: row["sequence"] === row["latest"],
  writtenAt: new Date(String(row["written_at"])),
});

const selected = `SELECT *, (SELECT max(sequence) FROM object_versions AS other
  WHERE other.bucket = object_versions.bucket AND other.key = object_versions.key) AS latest FROM object_versions`;

/**
 * The versions of objects in the buckets that keep them, beside the objects in fauxqs's database: what a write replaces
 * is moved aside in the transaction that writes. A bucket that has versions goes on making them, whatever its program
 * says later: on AWS as well versioning cannot be undone.
 */
export class ObjectVersions {
  private readonly kept: Set<string>;
  private readonly database: DatabaseSync;
  private readonly objects: FauxqsStore["buckets"];
  private readonly statements: Readonly<
    Record<"insert" | "adopt" | "remove" | "latest" | "find" | "list" | "moveObject" | "removeObject", StatementSync>
  >;

  /** Before the store is loaded: it leaves out the objects of buckets that it does not have. */
  constructor(persistence: FauxqsPersistence, store: FauxqsStore) {
    this.database = persistence.db;
    this.objects = store.buckets;
    this.objects.set(earlierVersions, new Map());
    this.database.exec(`
      CREATE TABLE IF NOT EXISTS object_versions (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, key TEXT NOT NULL, version_id TEXT NOT NULL,
        is_delete_marker INTEGER NOT NULL, written_at TEXT NOT NULL, UNIQUE (bucket, key, version_id));
      CREATE INDEX IF NOT EXISTS versions_of_object ON object_versions (bucket, key, sequence);
    `);
    const prepare = (sql: string) => this.database.prepare(sql);
    const columns = "(bucket, key, version_id, is_delete_marker, written_at)";
    this.statements = {
      insert: prepare(`INSERT INTO object_versions ${columns} VALUES (?, ?, ?, ?, ?)`),
      adopt: prepare(`INSERT INTO object_versions ${columns}
        SELECT bucket, key, 'null', 0, last_modified FROM s3_objects AS object WHERE bucket = ? AND NOT EXISTS
        (SELECT 1 FROM object_versions WHERE bucket = object.bucket AND key = object.key)`),
      remove: prepare("DELETE FROM object_versions WHERE sequence = ?"),
      latest: prepare(`${selected} WHERE bucket = ? AND key = ? ORDER BY sequence DESC LIMIT 1`),
      find: prepare(`${selected} WHERE bucket = ? AND key = ? AND version_id = ?`),
      list: prepare(`${selected} WHERE bucket = :bucket AND substr(key, 1, length(:prefix)) = :prefix
        AND (key > :key OR (key = :key AND sequence < :sequence)) ORDER BY key, sequence DESC LIMIT :limit`),
      moveObject: prepare("UPDATE s3_objects SET bucket = ?, key = ? WHERE bucket = ? AND key = ?"),
      removeObject: prepare("DELETE FROM s3_objects WHERE bucket = ? AND key = ?"),
    };
    const buckets = prepare("SELECT DISTINCT bucket FROM object_versions").all();
    this.kept = new Set(buckets.map(({ bucket }) => String(bucket)));
    const upsert = persistence.upsertObject.bind(persistence);
    persistence.upsertObject = (bucket, object) => {
      if (this.keeps(bucket)) this.replace({ bucket, key: object.key }, false, () => upsert(bucket, object));
      else upsert(bucket, object);
    };
  }

  keep(bucket: string): void {
    this.kept.add(bucket);
    this.statements.adopt.run(bucket);
  }

  keeps(bucket: string): boolean {
    return this.kept.has(bucket);
  }

  latest({ bucket, key }: ObjectPlace): ObjectVersion | undefined {
    const row = this.statements.latest.get(bucket, key);
    return row === undefined ? undefined : objectVersion(row);
  }

  find({ bucket, key }: ObjectPlace, id: string): ObjectVersion | undefined {
    const row = this.statements.find.get(bucket, key, id);
    return row === undefined ? undefined : objectVersion(row);
  }

  /** By key, the latest version first. */
  list(bucket: string, prefix: string, after: VersionMarker, limit: number): readonly ObjectVersion[] {
    // A marker that was removed meanwhile was among the versions of its key that have been listed.
    const found = after.id === undefined ? undefined : this.find({ bucket, key: after.key }, after.id);
    const sequence = after.id === undefined ? 0 : (found?.sequence ?? Number.MAX_SAFE_INTEGER);
    return this.statements.list.all({ bucket, prefix, key: after.key, sequence, limit }).map(objectVersion);
  }

  contentOf(version: ObjectVersion): FauxqsObject | undefined {
    const { bucket, key } = placeOf(version);
    return this.objects.get(bucket)?.get(key);
  }

  /** Hides an object; returns the marker's version id. */
  addDeleteMarker(at: ObjectPlace): string {
    return this.replace(at, true, () => undefined);
  }

  /** Removes a version for good; the one before the latest takes its place. */
  remove(version: ObjectVersion): void {
    const removed = placeOf(version);
    const next = this.together(() => {
      this.statements.removeObject.run(removed.bucket, removed.key);
      const before = this.beneath(version);
      this.statements.remove.run(version.sequence);
      if (before !== undefined) this.moveRow(placeOf(before), version);
      return before;
    });
    this.objects.get(removed.bucket)?.delete(removed.key);
    if (next !== undefined) this.moveEntry(placeOf(next), version);
  }

  /** The object that comes to light when a version goes. */
  private beneath(version: ObjectVersion): ObjectVersion | undefined {
    if (!version.isLatest) return undefined;
    const { bucket, key, sequence } = version;
    const [next] = this.statements.list.all({ bucket, prefix: key, key, sequence, limit: 1 }).map(objectVersion);
    return next?.key === key && !next.isDeleteMarker ? next : undefined;
  }

  private replace(at: ObjectPlace, isDeleteMarker: boolean, write: () => void): string {
    const id = randomBytes(24).toString("base64url");
    const latest = this.latest(at);
    const replaced = latest === undefined || latest.isDeleteMarker ? undefined : latest;
    const aside = replaced === undefined ? undefined : placeOf({ ...replaced, isLatest: false });
    this.together(() => {
      if (aside !== undefined) this.moveRow(at, aside);
      write();
      this.statements.insert.run(at.bucket, at.key, id, isDeleteMarker ? 1 : 0, new Date().toISOString());
    });
    if (aside !== undefined) this.moveEntry(at, aside);
    return id;
  }

  private moveRow(from: ObjectPlace, to: ObjectPlace): void {
    this.statements.moveObject.run(to.bucket, to.key, from.bucket, from.key);
  }

  private moveEntry(from: ObjectPlace, to: ObjectPlace): void {
    const object = this.objects.get(from.bucket)?.get(from.key);
    if (object === undefined) return;
    this.objects.get(from.bucket)?.delete(from.key);
    this.objects.get(to.bucket)?.set(to.key, { ...object, key: to.key });
  }

  /** All writes or none; within a transaction of fauxqs's as well. */
  private together<T>(writes: () => T): T {
    this.database.exec("SAVEPOINT versions");
    try {
      const result = writes();
      this.database.exec("RELEASE versions");
      return result;
    } catch (error) {
      this.database.exec("ROLLBACK TO versions; RELEASE versions");
      throw error;
    }
  }
}
