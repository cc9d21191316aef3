import { StringDecoder } from "node:string_decoder";

/** Turns chunks of output into lines. */
export class LineSplitter {
  private readonly decoder = new StringDecoder("utf8");
  private readonly onLine: (line: string) => void;
  private rest = "";

  constructor(onLine: (line: string) => void) {
    this.onLine = onLine;
  }

  add(chunk: Buffer): void {
    const lines = (this.rest + this.decoder.write(chunk)).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") this.onLine(line);
  }

  end(): void {
    if (this.rest !== "") this.onLine(this.rest);
    this.rest = "";
  }
}
