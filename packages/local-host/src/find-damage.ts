import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DamagedData } from "./kernel/damaged-data";

/** A write-ahead log begins with one of these; SQLite takes a log that does not for an empty one, and what it held is gone. */
const logBeginnings = [0x377f0682, 0x377f0683];

/**
 * The first file of the host's data that is not what was written: to be known before anything is opened, since an engine
 * may pass over what it cannot read, or find it only when it is needed.
 */
export function findDamage(folder: string): DamagedData | undefined {
  for (const part of readdirSync(folder, { withFileTypes: true })) {
    // Any text is a log; and what was kept aside is not used again.
    if (!part.isDirectory() || part.name === "logs" || part.name.includes(".kept-")) continue;
    const files = readdirSync(join(folder, part.name), { withFileTypes: true, recursive: true });
    for (const entry of files.filter((each) => each.isFile())) {
      const file = join(entry.parentPath, entry.name);
      const wrong = damageOf(file);
      if (wrong !== undefined) return new DamagedData(`${relative(folder, file)} is damaged (${wrong})`);
    }
  }
  return undefined;
}

function damageOf(file: string): string | undefined {
  switch (extname(file)) {
    case ".sqlite":
    case ".db":
      return damageOfLog(`${file}-wal`) ?? damageOfDatabase(file);
    case ".json":
      return messageOf(() => JSON.parse(readFileSync(file, "utf8")));
    default:
      return undefined;
  }
}

function damageOfDatabase(file: string): string | undefined {
  // SQLite would take it for a new database.
  if (statSync(file).size === 0) return "it is empty";
  return messageOf(() => {
    const database = new DatabaseSync(file, { timeout: 5_000 });
    try {
      const [row] = database.prepare("PRAGMA quick_check(1)").all();
      const found = row?.["quick_check"];
      if (found !== "ok") throw new Error(String(found));
    } finally {
      database.close();
    }
  });
}

function damageOfLog(file: string): string | undefined {
  const beginning = Buffer.alloc(4);
  try {
    const descriptor = openSync(file, "r");
    const length = readSync(descriptor, beginning);
    closeSync(descriptor);
    if (length < 4) return undefined;
  } catch {
    // A database that was closed has no log.
    return undefined;
  }
  return logBeginnings.includes(beginning.readUInt32BE()) ? undefined : "its write-ahead log is not one";
}

function messageOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
