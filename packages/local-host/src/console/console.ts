import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { HostEvent, HostEvents } from "../kernel/host-events";
import type { ResourceGraph } from "../kernel/program/resource-graph";
import { type ConsoleSources, consoleState } from "./console-state";

/** Events kept for a page that is opened later. */
const eventsKept = 200;

/** The page at `/_console` of the API's port: what runs, what waits, what failed, as it happens. It only reads. */
export class Console {
  private readonly page = readFileSync(join(__dirname, "console.html"));
  private readonly recent: HostEvent[] = [];
  private readonly viewers = new Set<ServerResponse>();
  private source: { readonly graph: ResourceGraph; readonly sources: ConsoleSources } | undefined;

  constructor(events: HostEvents) {
    events.subscribe((event) => {
      this.recent.push(event);
      if (this.recent.length > eventsKept) this.recent.shift();
      for (const viewer of this.viewers) viewer.write(asMessage(event));
    });
  }

  /** Shows a host; until then the page answers 503. */
  show(graph: ResourceGraph, sources: ConsoleSources): void {
    this.source = { graph, sources };
  }

  /** Answers a request for the console; says whether it was one. */
  readonly serve = (request: IncomingMessage, response: ServerResponse): boolean => {
    const path = (request.url ?? "").replace(/\?.*$/, "");
    if (path !== "/_console" && !path.startsWith("/_console/")) return false;
    if (!isThisMachine(request.headers.host)) response.writeHead(403).end();
    else if (this.source === undefined) response.writeHead(503).end("The host is starting.");
    else if (path === "/_console/state") {
      response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
      response.end(JSON.stringify(consoleState(this.source.graph, this.source.sources)));
    } else if (path === "/_console/events") this.follow(response);
    else if (path === "/_console" || path === "/_console/") {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(this.page);
    } else response.writeHead(404).end();
    return true;
  };

  /** Ends the streams of open pages. */
  stop(): void {
    for (const viewer of this.viewers) viewer.end();
  }

  /** Server-sent events: the recent ones, then each as it happens. */
  private follow(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    for (const event of this.recent) response.write(asMessage(event));
    this.viewers.add(response);
    response.on("close", () => this.viewers.delete(response));
  }
}

const asMessage = (event: HostEvent): string => `data: ${JSON.stringify(event)}\n\n`;

/** A page of elsewhere that has its name resolved to this machine must not read what happens here. */
const isThisMachine = (host: string | undefined): boolean =>
  /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host ?? "");
