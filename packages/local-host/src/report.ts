import { styleText } from "node:util";
import type { HostEvent } from "./kernel/host-events";

/** Messages to people and external systems, which would otherwise not be seen here. */
const leavesHost: readonly string[] = ["e-mail", "webhook"];

const colours = { info: "dim", warn: "yellow", error: "red" } as const;

/** The host's output: with colour on a terminal, plain lines on a pipe. */
export class Report {
  private readonly stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream) {
    this.stream = stream;
  }

  line(text = ""): void {
    this.stream.write(`${text}\n`);
  }

  /** A name and its value, in two columns. */
  pair(name: string, value: string): void {
    this.line(`  ${name.padEnd(16)} ${this.styled("cyan", value)}`);
  }

  heading(text: string): void {
    this.line(this.styled("bold", text));
  }

  /** A step that took a while. */
  step(text: string, milliseconds: number): void {
    this.line(`${text} ${this.styled("dim", `${(milliseconds / 1000).toFixed(1)} s`)}`);
  }

  /** Shows warnings, errors and messages that leave the host; everything else is in the console. */
  event({ at, level, resource, what, detail }: HostEvent): void {
    if (level === "info" && !leavesHost.includes(what)) return;
    const time = this.styled("dim", at.toISOString().slice(11, 23));
    const mark = this.styled(colours[level], level);
    this.line(`${time} ${mark} ${resource}: ${what}${summary(detail)}`);
  }

  private styled(format: "bold" | "dim" | "cyan" | "red" | "yellow", text: string): string {
    return this.stream.isTTY === true ? styleText(format, text) : text;
  }
}

const longest = 200;

/** The detail in one line; all of it is in the log of the resource. */
function summary(detail: HostEvent["detail"]): string {
  if (detail === undefined) return "";
  const text = JSON.stringify(detail);
  return ` ${text.length > longest ? `${text.slice(0, longest)}…` : text}`;
}
