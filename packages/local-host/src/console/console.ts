import type { IncomingMessage, ServerResponse } from "node:http";
import type { AccessControl } from "../kernel/endpoint/access-control";
import type { HostEvent, HostEvents } from "../kernel/host-events";
import type { ResourceGraph } from "../kernel/program/resource-graph";
import { HopCounter } from "./flow/hop-counter";
import { isThisMachine, pageHeaders } from "./page-access";
import { bundlePage, dashboardPagePath, type PageFile } from "./page-bundle";
import { type ConsoleSources, ShownHost } from "./shown-host";

/** Events kept for a page that is opened later. */
const eventsKept = 200;

/** The page at `/_console` of the API's port: what runs, what waits, what failed, as it happens. */
export class Console {
  private readonly recent: HostEvent[] = [];
  private readonly viewers = new Set<ServerResponse>();
  private readonly hops = new HopCounter();
  private shown: ShownHost | undefined;
  private files: Promise<ReadonlyMap<string, PageFile>> | undefined;

  constructor(events: HostEvents) {
    events.subscribe((event) => {
      this.recent.push(event);
      if (this.recent.length > eventsKept) this.recent.shift();
      for (const viewer of this.viewers) viewer.write(asMessage(event));
    });
  }

  /** The same access control, with the calls that pass it counted for the page. */
  counting(access: AccessControl): AccessControl {
    return this.hops.counting(access);
  }

  /** Shows a host; until then the page answers 503. */
  show(graph: ResourceGraph, sources: ConsoleSources): void {
    this.shown = new ShownHost(graph, sources, this.hops);
  }

  /** Answers a request for the console; says whether it was one. */
  readonly serve = (request: IncomingMessage, response: ServerResponse): boolean => {
    const path = (request.url ?? "").replace(/\?.*$/, "");
    if (path !== "/_console" && !path.startsWith("/_console/")) return false;
    for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value);
    if (!isThisMachine(request.headers.host)) response.writeHead(403).end();
    else if (this.shown === undefined) response.writeHead(503).end("The host is starting.");
    else if (path === "/_console/events") this.follow(response);
    else {
      this.answer(this.shown, path.slice("/_console".length) || "/", request, response).catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500);
        response.end(error instanceof Error ? error.message : String(error));
      });
    }
    return true;
  };

  /** Ends the streams of open pages. */
  stop(): void {
    for (const viewer of this.viewers) viewer.end();
  }

  private async answer(
    shown: ShownHost,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const answer = await shown.answer(path, request);
    if (answer !== undefined) {
      response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
      return;
    }
    this.files ??= bundlePage();
    // Each dashboard has an address; the page reads from it which one it shows.
    const file = (await this.files).get(path.startsWith(dashboardPagePath) ? dashboardPagePath : path);
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "content-type": `${file.type}; charset=utf-8` }).end(file.body);
  }

  /** Server-sent events: the recent ones, then each as it happens. */
  private follow(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of this.recent) response.write(asMessage(event));
    this.viewers.add(response);
    response.on("close", () => this.viewers.delete(response));
  }
}

const asMessage = (event: HostEvent): string => `data: ${JSON.stringify(event)}\n\n`;
