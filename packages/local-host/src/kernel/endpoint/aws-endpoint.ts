import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import type { HostEvents } from "../host-events";
import { AwsError, type AwsResponse, type AwsService } from "./aws-service";
import type { Credentials } from "./credentials";
import { errorAnswer } from "./error-answer";
import { requestTarget } from "./request-target";

/** Bytes. S3 takes up to 5 GB in one put; this much is held in memory here. */
const maximumBody = 64 * 1024 * 1024;

export interface AwsEndpointOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly services: readonly AwsService[];
  readonly credentials: Credentials;
  readonly events: HostEvents;
  /** Serves a request that is not AWS's (a path under `/_local/`); says whether it did. */
  readonly otherRequests?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface AwsEndpoint {
  readonly port: number;
  stop(): Promise<void>;
}

const readBody = (request: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maximumBody) {
        reject(new AwsError("EntityTooLarge", `A request may have ${maximumBody} bytes on the local host.`, 413));
        request.destroy();
      } else chunks.push(chunk);
    });
    request.on("end", () => {
      const [only] = chunks;
      const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
      resolve(request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body);
    });
    request.on("error", reject);
  });

/** Buckets may be named in the host (`files.localhost:4566/key`); everything else is told apart without it. */
const pathStyle = (url: string, host: string | undefined): string => {
  const bucket = /^(.+)\.localhost(?::\d+)?$/.exec(host ?? "")?.[1];
  return bucket === undefined || bucket === "s3" ? url : `/${bucket.replace(/\.s3$/, "")}${url}`;
};

const flatHeaders = (request: IncomingMessage): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = typeof value === "string" ? value : value.join(",");
  }
  return headers;
};

const send = (response: ServerResponse, answer: AwsResponse): void => {
  const requestId = randomUUID();
  response.writeHead(answer.status, {
    "x-amzn-requestid": requestId,
    "x-amz-request-id": requestId,
    ...(answer.headers["content-length"] === undefined ? { "content-length": Buffer.byteLength(answer.body) } : {}),
    ...answer.headers,
  });
  response.end(answer.body);
};

/** One HTTP server for every AWS service, as the SDKs expect behind `AWS_ENDPOINT_URL`. */
export const startAwsEndpoint = async (options: AwsEndpointOptions): Promise<AwsEndpoint> => {
  const services = new Map(options.services.map((service) => [service.service, service]));

  const answer = async (request: IncomingMessage): Promise<AwsResponse> => {
    const method = request.method ?? "GET";
    const received = request.url ?? "/";
    const body = await readBody(request);
    const s3Url = pathStyle(received, request.headers.host);
    const unsigned = requestTarget(method, received, request.headers, body);
    const target = unsigned?.service === "s3" ? requestTarget(method, s3Url, request.headers, body) : unsigned;
    if (target === undefined) {
      return errorAnswer(
        new AwsError(
          "MissingAuthenticationToken",
          `${method} ${received} names no AWS service: the request is not signed.`,
          403,
        ),
        "rest-json",
        "",
      );
    }
    try {
      const principal = options.credentials.principal(target.accessKeyId, target.sessionToken);
      const service = services.get(target.service);
      if (service === undefined) {
        throw new AwsError(
          "UnknownOperationException",
          `The local host has no service ${target.service} (asked for ${target.action}). It has ${[...services.keys()].sort().join(", ")}.`,
          404,
        );
      }
      const url = target.service === "s3" ? s3Url : received;
      return await service.handle({ ...target, principal, method, url, headers: flatHeaders(request), body });
    } catch (thrown) {
      const error = thrown instanceof AwsError ? thrown : new AwsError("InternalFailure", String(thrown), 500);
      if (!(thrown instanceof AwsError)) {
        options.events.publish({
          level: "error",
          resource: target.service,
          what: "failed inside the local host",
          detail: { action: target.action, error: thrown instanceof Error ? thrown.stack : String(thrown) },
        });
      }
      return errorAnswer(error, target.protocol, target.service);
    }
  };

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    if (options.otherRequests?.(request, response) === true) return;
    answer(request).then(
      (result) => send(response, result),
      (thrown) => {
        const error = thrown instanceof AwsError ? thrown : new AwsError("InternalFailure", String(thrown), 500);
        if (!response.headersSent) send(response, errorAnswer(error, "rest-json", ""));
      },
    );
  };
  const server = await listen(onRequest, "127.0.0.1", options.port);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  // `localhost` is ::1 for some clients; a machine without IPv6 does without.
  const servers = [server, await listen(onRequest, "::1", port).catch(() => undefined)];
  return {
    port,
    stop: async () => {
      await Promise.all(servers.map(close));
    },
  };
};

const close = (server: Server | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (server === undefined) return resolve();
    server.close(() => resolve());
    server.closeAllConnections();
  });

const listen = (onRequest: RequestListener, host: string, port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer(onRequest);
    // Longer than the SDK's own idle sockets, so that the server is never the one to close a connection in use.
    server.keepAliveTimeout = 120_000;
    server.requestTimeout = 0;
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new Error(`port ${port} of the AWS endpoint is taken by another program: stop it, or start with --aws-port`)
          : error,
      ),
    );
    server.listen({ port, host }, () => resolve(server));
  });
