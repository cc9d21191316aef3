import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Opens a database for what must survive a kill of the process. In WAL mode with synchronous NORMAL a commit is in the
 * operating system's hands when it returns; only a power cut can take the last ones. Measured: PutEvents takes 0.10 ms
 * so, 2.9 ms with FULL.
 */
export const openDurableDatabase = (file: string): DatabaseSync => {
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;");
  return database;
};
