import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

export interface LoggedLine {
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) /;

/** A log group's file: each event begins with its time; an event's further lines follow as they are. */
export class LogFile {
  private readonly path: string;
  private readonly limitBytes: number;
  private descriptor: number | undefined;
  private size = 0;
  private pending: string[] = [];
  private flushing: NodeJS.Immediate | undefined;

  /** @param limitBytes at this size the file becomes `<name>.1`, and the one before it goes */
  constructor(path: string, limitBytes: number) {
    this.path = path;
    this.limitBytes = limitBytes;
  }

  append(timestamp: number, message: string): void {
    this.pending.push(`${new Date(timestamp).toISOString()} ${message.replaceAll("\r", "\n")}\n`);
    // Lines of one turn of the event loop go out in one write.
    this.flushing ??= setImmediate(() => this.flush());
  }

  flush(): void {
    clearImmediate(this.flushing);
    this.flushing = undefined;
    if (this.pending.length === 0) return;
    const text = Buffer.from(this.pending.join(""));
    this.pending = [];
    if (this.size + text.length > this.limitBytes && this.size > 0) this.rotate();
    this.descriptor ??= this.open();
    writeSync(this.descriptor, text);
    this.size += text.length;
  }

  read(): LoggedLine[] {
    this.flush();
    const lines: { timestamp: number; message: string }[] = [];
    for (const line of `${contentOf(`${this.path}.1`)}${contentOf(this.path)}`.split("\n").slice(0, -1)) {
      const [begin, time] = stamp.exec(line) ?? [];
      const last = lines.at(-1);
      if (begin !== undefined && time !== undefined)
        lines.push({ timestamp: Date.parse(time), message: line.slice(begin.length) });
      else if (last !== undefined) last.message += `\n${line}`;
    }
    return lines;
  }

  close(): void {
    this.flush();
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  private open(): number {
    mkdirSync(dirname(this.path), { recursive: true });
    const descriptor = openSync(this.path, "a");
    this.size = fstatSync(descriptor).size;
    return descriptor;
  }

  private rotate(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
    renameSync(this.path, `${this.path}.1`);
    this.size = 0;
  }
}

const contentOf = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};
