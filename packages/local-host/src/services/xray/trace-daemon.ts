import { createSocket, type Socket } from "node:dgram";

/** First line of every datagram. https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html */
const headerLine = /^\{\s*"format"\s*:\s*"json"\s*,\s*"version"\s*:\s*1\s*\}\r?\n/;

/** The X-Ray daemon of one function: datagrams with a segment document each, on a port of the loopback address. */
export class TraceDaemon {
  private readonly socket: Socket = createSocket("udp4");

  constructor(heard: (document: string) => void) {
    this.socket.on("message", (datagram) => {
      const text = datagram.toString("utf8");
      const header = headerLine.exec(text);
      // The daemon drops what it cannot read, and tells nobody.
      if (header !== null) heard(text.slice(header[0].length));
    });
    this.socket.on("error", () => undefined);
    this.socket.unref();
  }

  /** Resolves to the value of AWS_XRAY_DAEMON_ADDRESS. */
  async listen(): Promise<string> {
    await new Promise<void>((settle, refuse) => {
      this.socket.once("error", refuse);
      this.socket.bind(0, "127.0.0.1", () => {
        this.socket.off("error", refuse);
        settle();
      });
    });
    return `127.0.0.1:${this.socket.address().port}`;
  }

  close(): void {
    this.socket.close();
  }
}
