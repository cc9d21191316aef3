import { mkdirSync, readFileSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import * as z from "zod";
import { DamagedData } from "../damaged-data";

const stored = z.object({
  streamArn: z.string(),
  /** Epoch milliseconds of the mapping's first start. */
  startedAt: z.number(),
  /** The last record that is done with; absent before the first. */
  after: z.string().optional(),
});

/** How far a mapping has come in its stream, kept through a restart, SIGKILL and a power cut. */
export class StreamCheckpoint {
  /** Undefined on the very first start. */
  readonly restored: z.output<typeof stored> | undefined;
  private readonly file: string;
  private current: z.output<typeof stored>;
  private writing: Promise<void> | undefined;
  private dirty = false;

  constructor(file: string, streamArn: string) {
    this.file = file;
    mkdirSync(dirname(file), { recursive: true });
    this.restored = readStored(file, streamArn);
    this.current = this.restored ?? { streamArn, startedAt: Date.now() };
  }

  /** Returns at once; a write under way is followed by one with the newest position. */
  moveTo(sequenceNumber: string): void {
    this.current = { ...this.current, after: sequenceNumber };
    this.save();
  }

  save(): void {
    this.dirty = true;
    this.writing ??= this.write().finally(() => {
      this.writing = undefined;
    });
  }

  async flush(): Promise<void> {
    await this.writing;
  }

  private async write(): Promise<void> {
    while (this.dirty) {
      this.dirty = false;
      const draft = `${this.file}.new`;
      const handle = await open(draft, "w");
      try {
        await handle.writeFile(JSON.stringify(this.current));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, this.file);
    }
  }
}

const readStored = (file: string, streamArn: string): z.output<typeof stored> | undefined => {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  try {
    const checkpoint = stored.parse(JSON.parse(text));
    return checkpoint.streamArn === streamArn ? checkpoint : undefined;
  } catch (error) {
    throw new DamagedData(`${file} does not hold a place in a stream: ${String(error)}`);
  }
};
