import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { DurableDatabase, type PreparedStatements } from "../../kernel/durable-database";
import { ContentStore } from "./content-store";
import {
  detailsSchema,
  type ObjectDetails,
  type ObjectPlace,
  type ObjectVersion,
  objectVersion,
  type VersionMarker,
} from "./stored-object";
import { UploadStore } from "./upload-store";

const schema = `
  CREATE TABLE IF NOT EXISTS buckets (
    name TEXT PRIMARY KEY, made_at TEXT NOT NULL, keeps_versions INTEGER NOT NULL DEFAULT 0, lifecycle TEXT);
  CREATE TABLE IF NOT EXISTS versions (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, key TEXT NOT NULL, version_id TEXT NOT NULL,
    is_delete_marker INTEGER NOT NULL, written_at TEXT NOT NULL, etag TEXT NOT NULL, size INTEGER NOT NULL,
    details TEXT NOT NULL, UNIQUE (bucket, key, version_id));
  CREATE INDEX IF NOT EXISTS versions_of_object ON versions (bucket, key, sequence);
`;

const selected = `SELECT sequence, bucket, key, version_id, is_delete_marker, written_at, etag, size,
  (SELECT max(sequence) FROM versions AS other WHERE other.bucket = versions.bucket AND other.key = versions.key) AS latest
  FROM versions`;

const statements = {
  makeBucket: "INSERT OR IGNORE INTO buckets (name, made_at) VALUES (?, ?)",
  removeBucket: "DELETE FROM buckets WHERE name = ?",
  bucket: "SELECT * FROM buckets WHERE name = ?",
  buckets: "SELECT name, made_at FROM buckets ORDER BY name",
  keepVersions: "UPDATE buckets SET keeps_versions = 1 WHERE name = ?",
  setLifecycle: "UPDATE buckets SET lifecycle = ? WHERE name = ?",
  insert: `INSERT INTO versions (bucket, key, version_id, is_delete_marker, written_at, etag, size, details)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  remove: "DELETE FROM versions WHERE sequence = ?",
  details: "SELECT details FROM versions WHERE sequence = ?",
  latest: `${selected} WHERE bucket = ? AND key = ? ORDER BY sequence DESC LIMIT 1`,
  find: `${selected} WHERE bucket = ? AND key = ? AND version_id = ?`,
  objects: `${selected} WHERE bucket = :bucket AND key >= :prefix AND key > :after AND sequence = latest
    AND is_delete_marker = 0 ORDER BY key`,
  versions: `${selected} WHERE bucket = :bucket AND key >= :prefix
    AND (key > :key OR (key = :key AND sequence < :sequence)) ORDER BY key, sequence DESC`,
} as const;

/** An object to be written, its content already among the contents. */
export interface NewObject extends ObjectDetails {
  readonly etag: string;
}

/**
 * Buckets and objects on disk. All is in one database, the content too, so that a write is there as a whole or not at
 * all, and leaves nothing behind. Everything is synchronous: a result stays true until the caller awaits something.
 */
export class ObjectStore {
  readonly contents: ContentStore;
  readonly uploads: UploadStore;
  private readonly database: DurableDatabase;
  private readonly statements: PreparedStatements<keyof typeof statements>;

  constructor(folder: string) {
    this.database = new DurableDatabase(join(folder, "objects.sqlite"));
    this.database.exec(schema);
    this.statements = this.database.prepareAll(statements);
    this.contents = new ContentStore(this.database);
    this.uploads = new UploadStore(this.database, this.contents);
  }

  hasBucket(bucket: string): boolean {
    return this.statements.bucket.get(bucket) !== undefined;
  }

  createBucket(bucket: string): void {
    this.statements.makeBucket.run(bucket, new Date().toISOString());
  }

  removeBucket(bucket: string): void {
    this.database.together(() => {
      this.uploads.abortAll(bucket);
      this.statements.removeBucket.run(bucket);
    });
  }

  buckets(): readonly { readonly name: string; readonly madeAt: string }[] {
    return this.statements.buckets.all().map((row) => ({ name: String(row["name"]), madeAt: String(row["made_at"]) }));
  }

  /** Permanently: on AWS, too, versioning cannot be removed once it is enabled. */
  keepVersions(bucket: string): void {
    this.statements.keepVersions.run(bucket);
  }

  keepsVersions(bucket: string): boolean {
    return this.statements.bucket.get(bucket)?.["keeps_versions"] === 1;
  }

  lifecycle(bucket: string): string | undefined {
    const document = this.statements.bucket.get(bucket)?.["lifecycle"];
    return typeof document === "string" ? document : undefined;
  }

  setLifecycle(bucket: string, document: string | null): void {
    this.statements.setLifecycle.run(document, bucket);
  }

  /** The latest version of an object, which may be a delete marker. */
  latest({ bucket, key }: ObjectPlace): ObjectVersion | undefined {
    const row = this.statements.latest.get(bucket, key);
    return row === undefined ? undefined : objectVersion(row);
  }

  /** An object as it is there for who names no version. */
  object(place: ObjectPlace): ObjectVersion | undefined {
    const latest = this.latest(place);
    return latest?.isDeleteMarker === true ? undefined : latest;
  }

  find({ bucket, key }: ObjectPlace, id: string): ObjectVersion | undefined {
    const row = this.statements.find.get(bucket, key, id);
    return row === undefined ? undefined : objectVersion(row);
  }

  /** By key, in the order of its bytes. To be read at once. */
  *objects(bucket: string, prefix: string, after: string): Generator<ObjectVersion> {
    for (const row of this.statements.objects.iterate({ bucket, prefix, after })) {
      const version = objectVersion(row);
      if (!version.key.startsWith(prefix)) return;
      yield version;
    }
  }

  /** By key, the latest version first. To be read at once. */
  *versions(bucket: string, prefix: string, after: VersionMarker): Generator<ObjectVersion> {
    // A marker that was removed meanwhile was among the versions of its key that have been listed.
    const found = after.id === undefined ? undefined : this.find({ bucket, key: after.key }, after.id);
    const sequence = after.id === undefined ? 0 : (found?.sequence ?? Number.MAX_SAFE_INTEGER);
    for (const row of this.statements.versions.iterate({ bucket, prefix, key: after.key, sequence })) {
      const version = objectVersion(row);
      if (!version.key.startsWith(prefix)) return;
      yield version;
    }
  }

  details({ sequence }: ObjectVersion): ObjectDetails {
    return detailsSchema.parse(JSON.parse(String(this.statements.details.get(sequence)?.["details"])));
  }

  /** Writes an object in the place of the one before, or as its next version. `contents` adds what it consists of. */
  write(place: ObjectPlace, contents: () => NewObject): ObjectVersion {
    return this.database.together(() => {
      const { etag, ...details } = contents();
      const size = details.pieces.reduce((sum, piece) => sum + piece.size, 0);
      return this.insert(place, { isDeleteMarker: false, etag, size, details });
    });
  }

  /** Hides an object of a bucket that keeps versions. */
  addDeleteMarker(place: ObjectPlace): ObjectVersion {
    const nothing = { headers: {}, pieces: [] };
    return this.database.together(() =>
      this.insert(place, { isDeleteMarker: true, etag: "", size: 0, details: nothing }),
    );
  }

  /** Removes a version permanently; if it was the latest, the one before it becomes the latest. */
  remove(version: ObjectVersion): void {
    this.database.together(() => this.removeRows(version));
  }

  close(): void {
    this.database.close();
  }

  private insert(
    place: ObjectPlace,
    of: {
      readonly isDeleteMarker: boolean;
      readonly etag: string;
      readonly size: number;
      readonly details: ObjectDetails;
    },
  ): ObjectVersion {
    const { bucket, key } = place;
    const id = this.keepsVersions(bucket) ? randomBytes(24).toString("base64url") : "null";
    const replaced = this.find(place, id);
    if (replaced !== undefined) this.removeRows(replaced);
    const { isDeleteMarker, etag, size, details } = of;
    const writtenAt = new Date().toISOString();
    this.statements.insert.run(
      ...[bucket, key, id, isDeleteMarker ? 1 : 0, writtenAt, etag, size, JSON.stringify(details)],
    );
    const written = this.latest(place);
    if (written === undefined) throw new Error(`the object ${bucket}/${key} is not there though it was just written`);
    return written;
  }

  private removeRows(version: ObjectVersion): void {
    for (const { content } of this.details(version).pieces) this.contents.remove(content);
    this.statements.remove.run(version.sequence);
  }
}
