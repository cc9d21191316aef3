import { accessSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Another host works on the folder, or it cannot be one. The message says which and what to do. */
export class FolderError extends Error {
  override readonly name = "FolderError";
}

const lockFile = "lock.sqlite";

/** The host's folder, `.local` by default: its data, logs and outputs. One host at a time has it. */
export class LocalFolder {
  readonly path: string;
  private readonly lock: DatabaseSync;

  private constructor(path: string, lock: DatabaseSync) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Takes the folder for this process. The lock is the operating system's, held through SQLite, so that it ends with the
   * process however that ends. Throws FolderError when another process has it.
   */
  static claim(path: string): LocalFolder {
    if (existsSync(path) && !statSync(path).isDirectory()) {
      throw new FolderError(`${path} is a file; it must be a folder. Move it away or name another with --data-dir.`);
    }
    const lock = openLock(path);
    try {
      lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;");
    } catch (error) {
      lock.close();
      if (/not a database|malformed/.test(String(error))) {
        renameSync(join(path, lockFile), join(path, `${lockFile}.damaged`));
        return LocalFolder.claim(path);
      }
      if (!/locked/.test(String(error))) throw unusable(path, error);
      throw new FolderError(
        `Another host already runs on ${path}. Stop it with Ctrl-C where it was started, or give this one a folder of its own with --data-dir.`,
      );
    }
    return new LocalFolder(path, lock);
  }

  /** Removes all that earlier runs have left. */
  clear(): void {
    for (const name of this.entries()) rmSync(join(this.path, name), { recursive: true, force: true });
  }

  /** Moves all that earlier runs have left to a folder beside this one, and returns its path. Nothing is deleted. */
  setAside(): string {
    const stamp = new Date().toISOString().replace(/[:.]/g, "-");
    const aside = join(dirname(this.path), `${basename(this.path)}.damaged-${stamp}`);
    mkdirSync(aside);
    for (const name of this.entries()) renameSync(join(this.path, name), join(aside, name));
    return aside;
  }

  release(): void {
    this.lock.close();
  }

  private entries(): readonly string[] {
    return readdirSync(this.path).filter((name) => !name.startsWith(lockFile));
  }
}

function openLock(path: string): DatabaseSync {
  try {
    mkdirSync(path, { recursive: true });
    // SQLite opens a file that it may only read, and says so at the first write.
    accessSync(path, constants.W_OK);
    if (existsSync(join(path, lockFile))) accessSync(join(path, lockFile), constants.W_OK);
    return new DatabaseSync(join(path, lockFile));
  } catch (error) {
    throw unusable(path, error);
  }
}

const unusable = (path: string, error: unknown): FolderError =>
  new FolderError(
    `${path} cannot be used (${error instanceof Error ? error.message : String(error)}): it must be a folder to write in. Name another with --data-dir.`,
  );
