import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";

/** Statements that were prepared once, by name. */
export type PreparedStatements<Name extends string> = Readonly<Record<Name, StatementSync>>;

/**
 * A database for what must survive a kill of the process. In WAL mode with synchronous NORMAL a commit is in the
 * operating system's hands when it returns; only a power cut can take the last ones. Measured: PutEvents takes 0.10 ms
 * so, 2.9 ms with FULL.
 */
export class DurableDatabase extends DatabaseSync {
  /** Opens the file; makes it, and its folder, where there is none. */
  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true });
    super(file);
    this.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;");
  }

  /** Prepares statements that are given as SQL, by name. */
  prepareAll<Name extends string>(statements: Readonly<Record<Name, string>>): PreparedStatements<Name> {
    const prepared = Object.entries<string>(statements).map(([name, sql]) => [name, this.prepare(sql)]);
    // One entry for each of the given names.
    return Object.fromEntries(prepared) as PreparedStatements<Name>;
  }

  /** Does several writes as one: all of them are kept, or none. */
  together<Result>(writes: () => Result): Result {
    this.exec("BEGIN IMMEDIATE");
    try {
      const result = writes();
      this.exec("COMMIT");
      return result;
    } catch (error) {
      // On a full disk SQLite has taken the transaction back by itself.
      if (this.isTransaction) this.exec("ROLLBACK");
      throw error;
    }
  }
}
