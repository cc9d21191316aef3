import { EventEmitter } from "node:events";

/** Something that happened in the host, for the terminal, the console page and the tests. */
export interface HostEvent {
  readonly at: Date;
  readonly level: "info" | "warn" | "error";
  /** The resource it concerns: a physical name or an ARN. */
  readonly resource: string;
  /** What happened, in a few stable words: "invoked", "timed out", "dead-lettered", "denied". */
  readonly what: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export class HostEvents {
  private readonly emitter = new EventEmitter();

  publish(event: Omit<HostEvent, "at">): void {
    this.emitter.emit("event", { at: new Date(), ...event } satisfies HostEvent);
  }

  subscribe(listener: (event: HostEvent) => void): () => void {
    this.emitter.on("event", listener);
    return () => this.emitter.off("event", listener);
  }
}
