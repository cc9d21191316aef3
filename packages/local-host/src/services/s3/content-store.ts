import type { DurableDatabase, PreparedStatements } from "../../kernel/durable-database";
import { AwsError } from "../../kernel/endpoint/aws-service";
import type { ContentPiece } from "./stored-object";

const statements = {
  add: "INSERT INTO contents (bytes) VALUES (?)",
  copy: "INSERT INTO contents (bytes) SELECT bytes FROM contents WHERE id = ?",
  read: "SELECT substr(bytes, ?, ?) AS bytes FROM contents WHERE id = ?",
  remove: "DELETE FROM contents WHERE id = ?",
} as const;

/** The bytes of objects and of parts, in the database that says whose they are: both change in one transaction. */
export class ContentStore {
  private readonly statements: PreparedStatements<keyof typeof statements>;

  constructor(database: DurableDatabase) {
    database.exec("CREATE TABLE IF NOT EXISTS contents (id INTEGER PRIMARY KEY AUTOINCREMENT, bytes BLOB NOT NULL)");
    this.statements = database.prepareAll(statements);
  }

  add(bytes: Uint8Array): number {
    return Number(this.statements.add.run(bytes).lastInsertRowid);
  }

  /** A copy of the same bytes. */
  copy(content: number): number {
    return Number(this.statements.copy.run(content).lastInsertRowid);
  }

  remove(content: number): void {
    this.statements.remove.run(content);
  }

  /** The bytes from one position up to another, which is not among them. */
  read(pieces: readonly ContentPiece[], from: number, to: number): Buffer {
    const read: Buffer[] = [];
    let start = 0;
    for (const { content, size } of pieces) {
      const [first, end] = [Math.max(from - start, 0), Math.min(to - start, size)];
      if (first < end) read.push(this.readPiece(content, first, end));
      start += size;
    }
    const [only] = read;
    return read.length === 1 && only !== undefined ? only : Buffer.concat(read);
  }

  /** The content piece by piece, so that only one is in memory. */
  *pieces(pieces: readonly ContentPiece[]): Generator<Buffer> {
    for (const { content, size } of pieces) yield this.readPiece(content, 0, size);
  }

  private readPiece(content: number, from: number, to: number): Buffer {
    const bytes = this.statements.read.get(from + 1, to - from, content)?.["bytes"];
    if (bytes instanceof Uint8Array) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    throw new AwsError("OperationAborted", "The content was replaced while it was read. Please try again.", 409);
  }
}
