import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What is kept of something that left the host, or would have on AWS. */
export interface Letter {
  readonly to: string;
  readonly topicArn: string;
  readonly subject?: string | undefined;
  readonly body: string;
  /** What became of it: "shown here only", "delivered", "not delivered: ...". */
  readonly outcome: string;
}

/** Characters that no file system objects to. */
const safe = (text: string): string =>
  text
    .replace(/[^\w@.-]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 80);

/** E-mails and posts that the program's topics send, one file each: `<dataDir>/outbox/<time>-<kind>-<to>.json`. */
export class Outbox {
  private readonly folder: string;
  private count = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The file. */
  keep(kind: "e-mail" | "webhook", letter: Letter): string {
    mkdirSync(this.folder, { recursive: true });
    this.count += 1;
    const at = new Date().toISOString();
    const name = `${safe(at)}-${String(this.count).padStart(4, "0")}-${kind}-${safe(letter.to)}.json`;
    const file = join(this.folder, name);
    writeFileSync(file, `${JSON.stringify({ at, ...letter }, null, 2)}\n`);
    return file;
  }
}
