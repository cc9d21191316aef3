import { randomBytes } from "node:crypto";
import type { DurableDatabase, PreparedStatements } from "../../kernel/durable-database";
import type { ContentStore } from "./content-store";
import {
  type DeclaredUpload,
  declaredUploadSchema,
  type ObjectPlace,
  type PendingUpload,
  type Row,
  type UploadedPart,
} from "./stored-object";

const schema = `
  CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, declared TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS parts (
    upload TEXT NOT NULL, number INTEGER NOT NULL, etag TEXT NOT NULL, size INTEGER NOT NULL, checksum TEXT,
    content INTEGER NOT NULL, written_at TEXT NOT NULL, PRIMARY KEY (upload, number)) WITHOUT ROWID;
`;

const statements = {
  begin: "INSERT INTO uploads VALUES (?, ?, ?, ?)",
  find: "SELECT declared FROM uploads WHERE id = ? AND bucket = ? AND key = ?",
  ofBucket: "SELECT id FROM uploads WHERE bucket = ?",
  pending: `SELECT * FROM uploads WHERE bucket = :bucket AND key >= :prefix
    AND (key > :key OR (key = :key AND rowid > (SELECT rowid FROM uploads WHERE id = :id))) ORDER BY key, rowid`,
  end: "DELETE FROM uploads WHERE id = ?",
  putPart: "INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?, ?)",
  parts: "SELECT * FROM parts WHERE upload = ? ORDER BY number",
  part: "SELECT * FROM parts WHERE upload = ? AND number = ?",
  removeParts: "DELETE FROM parts WHERE upload = ?",
} as const;

const uploadedPart = (row: Row): UploadedPart => ({
  number: Number(row["number"]),
  etag: String(row["etag"]),
  size: Number(row["size"]),
  checksum: typeof row["checksum"] === "string" ? row["checksum"] : undefined,
  content: Number(row["content"]),
  writtenAt: new Date(String(row["written_at"])),
});

/** Multipart uploads that are not complete, in the database of the objects. */
export class UploadStore {
  private readonly database: DurableDatabase;
  private readonly contents: ContentStore;
  private readonly statements: PreparedStatements<keyof typeof statements>;

  constructor(database: DurableDatabase, contents: ContentStore) {
    this.database = database;
    this.contents = contents;
    database.exec(schema);
    this.statements = database.prepareAll(statements);
  }

  /** Returns the upload's id. */
  begin({ bucket, key }: ObjectPlace, declared: Omit<DeclaredUpload, "begunAt">): string {
    const id = randomBytes(48).toString("base64url");
    this.statements.begin.run(id, bucket, key, JSON.stringify({ ...declared, begunAt: new Date().toISOString() }));
    return id;
  }

  find({ bucket, key }: ObjectPlace, id: string): DeclaredUpload | undefined {
    const row = this.statements.find.get(id, bucket, key);
    return row === undefined ? undefined : declaredUploadSchema.parse(JSON.parse(String(row["declared"])));
  }

  /** By key, and those of one key as they were begun. To be read at once. */
  *pending(bucket: string, prefix: string, after: { key: string; id: string }): Generator<PendingUpload> {
    for (const row of this.statements.pending.iterate({ bucket, prefix, ...after })) {
      const key = String(row["key"]);
      if (!key.startsWith(prefix)) return;
      const declared = declaredUploadSchema.parse(JSON.parse(String(row["declared"])));
      yield { bucket, key, id: String(row["id"]), declared };
    }
  }

  parts(id: string): readonly UploadedPart[] {
    return this.statements.parts.all(id).map(uploadedPart);
  }

  putPart(id: string, part: Omit<UploadedPart, "content" | "writtenAt">, bytes: Uint8Array): UploadedPart {
    return this.database.together(() => {
      const replaced = this.statements.part.get(id, part.number);
      if (replaced !== undefined) this.contents.remove(uploadedPart(replaced).content);
      const written = { ...part, content: this.contents.add(bytes), writtenAt: new Date() };
      const { number, etag, size, checksum = null, content, writtenAt } = written;
      this.statements.putPart.run(id, number, etag, size, checksum, content, writtenAt.toISOString());
      return written;
    });
  }

  /** Within a write: the parts that were chosen are the object's now, the others go. */
  end(id: string, chosen: ReadonlySet<number>): void {
    for (const { content } of this.parts(id)) if (!chosen.has(content)) this.contents.remove(content);
    this.statements.removeParts.run(id);
    this.statements.end.run(id);
  }

  abort(id: string): void {
    this.database.together(() => this.end(id, new Set()));
  }

  /** Within a write. */
  abortAll(bucket: string): void {
    for (const { id } of this.statements.ofBucket.all(bucket)) this.end(String(id), new Set());
  }
}
