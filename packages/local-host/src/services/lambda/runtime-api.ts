import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An event on its way into an execution environment. */
export interface RuntimeInvocation {
  readonly requestId: string;
  readonly payload: string;
  /** Epoch milliseconds at which the function's timeout ends. */
  readonly deadlineMs: number;
  readonly functionArn: string;
  readonly traceId: string;
  /** JSON, as the caller gave it. */
  readonly clientContext?: string;
}

/** What the runtime inside an execution environment reports to it. */
export interface RuntimeListener {
  /** The runtime is free; `deliver` sends it an event. */
  onNext(deliver: (invocation: RuntimeInvocation) => void): void;
  onResponse(requestId: string, payload: string, maxRssKb: number): void;
  onResponseTooLarge(requestId: string): void;
  onError(requestId: string, payload: string): void;
  onInitError(payload: string): void;
}

/** AWS's limit on a function's answer, in bytes. */
const responseLimitBytes = 6_291_556;

const route = /^\/([^/]+)\/2018-06-01\/runtime\/(init\/error|invocation\/(next|([^/]+)\/(response|error)))$/;

/** The Lambda Runtime API of every execution environment on this machine, distinguished by the first part of the path. */
export class RuntimeApi {
  private readonly listeners = new Map<string, RuntimeListener>();
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => this.answer(request, response));
    // `next` waits for as long as there is no event, and comes as late as the function's init lets it.
    this.server.requestTimeout = 0;
    this.server.headersTimeout = 0;
    this.server.keepAliveTimeout = 0;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
  }

  /** Returns the value of AWS_LAMBDA_RUNTIME_API for the environment. */
  register(environmentId: string, listener: RuntimeListener): string {
    this.listeners.set(environmentId, listener);
    const { port } = this.server.address() as AddressInfo; // it listens on TCP, so it is not a pipe's name
    return `127.0.0.1:${port}/${environmentId}`;
  }

  unregister(environmentId: string): void {
    this.listeners.delete(environmentId);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const [, environmentId = "", operation, , requestId = "", outcome] = route.exec(request.url ?? "") ?? [];
    const listener = this.listeners.get(environmentId);
    if (listener === undefined || operation === undefined) {
      send(response, 404);
      return;
    }
    if (operation === "invocation/next") {
      listener.onNext((invocation) => send(response, 200, headersOf(invocation), invocation.payload));
      request.resume();
      return;
    }
    readBody(request, (body) => {
      if (body === undefined) {
        send(response, 413);
        listener.onResponseTooLarge(requestId);
        return;
      }
      send(response, 202);
      if (operation === "init/error") listener.onInitError(body);
      else if (outcome === "error") listener.onError(requestId, body);
      else listener.onResponse(requestId, body, Number(request.headers["runtime-max-rss-kb"] ?? 0));
    });
  }
}

const headersOf = (invocation: RuntimeInvocation): Record<string, string> => ({
  "Lambda-Runtime-Aws-Request-Id": invocation.requestId,
  "Lambda-Runtime-Deadline-Ms": String(invocation.deadlineMs),
  "Lambda-Runtime-Invoked-Function-Arn": invocation.functionArn,
  "Lambda-Runtime-Trace-Id": printable(invocation.traceId),
  ...(invocation.clientContext !== undefined && {
    "Lambda-Runtime-Client-Context": printable(invocation.clientContext),
  }),
});

/** A header takes no other characters; in JSON the escape means the same. */
const printable = (text: string): string =>
  text.replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

const send = (response: ServerResponse, status: number, headers: Record<string, string> = {}, body = ""): void => {
  response.sendDate = false;
  response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
};

const readBody = (request: IncomingMessage, done: (body: string | undefined) => void): void => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= responseLimitBytes) chunks.push(chunk);
  });
  request.on("end", () =>
    done(
      bytes > responseLimitBytes
        ? undefined
        : chunks.length === 1
          ? String(chunks[0])
          : Buffer.concat(chunks).toString(),
    ),
  );
};
