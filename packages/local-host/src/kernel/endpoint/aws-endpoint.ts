import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import type { HostEvents } from "../host-events";
import { AwsError, type AwsResponse, type AwsService } from "./aws-service";
import { cborAnswer, jsonOfCbor } from "./cbor-protocol";
import type { Credentials } from "./credentials";
import { errorAnswer } from "./error-answer";
import { readBody } from "./request-body";
import { faultOf, serveRequest } from "./request-faults";
import { type RequestTarget, requestTargeting } from "./request-target";

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

/** A request that is known to be for a service, with its body as the service takes it. */
interface Addressed {
  readonly target: RequestTarget;
  readonly method: string;
  /** Path-style for S3. */
  readonly url: string;
  readonly body: Buffer;
}

/** Every service decompresses a body, except S3, whose objects keep their encoding. */
const unpacked = (body: Buffer): Buffer => {
  try {
    return gunzipSync(body, { maxOutputLength: maximumBody });
  } catch (error) {
    throw new AwsError(
      "SerializationException",
      `The request has Content-Encoding: gzip, but its body cannot be unpacked: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
};

/**
 * Buckets may be named in the host (`files.localhost:4566/key`, `files.s3.us-east-1.localhost:4566/key`); everything else is
 * recognized without it.
 */
const pathStyle = (url: string, host: string | undefined): string => {
  const name = /^(.+)\.localhost(?::\d+)?$/.exec(host ?? "")?.[1] ?? "";
  const bucket = name.replace(/(^|\.)s3(\.[a-z]{2}(-[a-z]+)+-\d)?$/, "");
  return bucket === "" ? url : `/${bucket}${url}`;
};

/** @throws AwsError for an S3 request whose percent signs, in the path or in the source of a copy, are no URL encoding */
const assertDecodable = (url: string, copySource: string | string[] | undefined): void => {
  try {
    decodeURIComponent(url.replace(/\?.*/s, ""));
  } catch {
    throw new AwsError("InvalidURI", "Couldn't parse the specified URI.");
  }
  try {
    decodeURIComponent(String(copySource ?? ""));
  } catch {
    throw new AwsError("InvalidArgument", "Invalid copy source encoding.");
  }
};

const isOfThisMachine = (origin: string): boolean =>
  URL.canParse(origin) && ["localhost", "127.0.0.1", "[::1]"].includes(new URL(origin).hostname);

/**
 * Any web page can send a form to this machine, and a form is a request of the query protocol.
 *
 * @throws AwsError for a request that a browser sends on behalf of a page from another machine
 */
const assertOfThisMachine = ({ origin }: IncomingMessage["headers"]): void => {
  if (origin === undefined || isOfThisMachine(origin)) return;
  throw new AwsError("AccessDenied", `A page of ${origin} may not call the AWS endpoint of the local host.`, 403);
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
  const requestTarget = requestTargeting(options.services);

  const failed = (error: unknown, resource: string, action: string): void =>
    options.events.publish({
      level: "error",
      resource,
      what: "failed inside the local host",
      detail: { action, error: faultOf(error) },
    });

  const targetOf = async (request: IncomingMessage): Promise<Addressed> => {
    const method = request.method ?? "GET";
    const received = request.url ?? "/";
    const sent = await readBody(request, maximumBody);
    if (sent === undefined) {
      throw new AwsError("EntityTooLarge", `A request may have ${maximumBody} bytes on the local host.`, 413);
    }
    const packed = request.headers["content-encoding"] === "gzip";
    const first = requestTarget(method, received, request.headers, sent);
    const body = packed && first?.service !== "s3" ? unpacked(sent) : sent;
    const unsigned = body === sent ? first : requestTarget(method, received, request.headers, body);
    const url = unsigned?.service === "s3" ? pathStyle(received, request.headers.host) : received;
    const target = url === received ? unsigned : requestTarget(method, url, request.headers, body);
    if (target === undefined) {
      throw new AwsError(
        "MissingAuthenticationToken",
        `${method} ${received} names no AWS service: the request is not signed.`,
        403,
      );
    }
    return { target, method, url, body };
  };

  const answer = async ({ target, ...received }: Addressed, request: IncomingMessage): Promise<AwsResponse> => {
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
      if (target.service === "s3") assertDecodable(received.url, request.headers["x-amz-copy-source"]);
      const body = target.protocol === "cbor" ? await jsonOfCbor(received.body) : received.body;
      return await service.handle({ ...target, ...received, body, principal, headers: flatHeaders(request) });
    } catch (thrown) {
      if (thrown instanceof AwsError) return errorAnswer(thrown, target.protocol, services.get(target.service));
      failed(thrown, target.service, target.action);
      const error = new AwsError("InternalFailure", String(thrown), 500);
      return errorAnswer(error, target.protocol, services.get(target.service));
    }
  };

  /** Answers with an error of the endpoint itself: the request has reached no service, or its answer cannot be sent. */
  const refuse = (request: IncomingMessage, response: ServerResponse, thrown: unknown): void => {
    // A client that has disconnected gets no answer; that is not an error of the host.
    if (response.headersSent || response.destroyed || (request.destroyed && !request.complete)) {
      response.destroy();
      return;
    }
    if (!(thrown instanceof AwsError)) failed(thrown, "AWS endpoint", `${request.method} ${request.url}`);
    const error = thrown instanceof AwsError ? thrown : new AwsError("ServiceFailure", String(thrown), 500);
    send(response, errorAnswer(error, "rest-json"));
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      assertOfThisMachine(request.headers);
      if (options.otherRequests?.(request, response) === true) return;
      const addressed = await targetOf(request);
      const answered = await answer(addressed, request);
      send(response, addressed.target.protocol === "cbor" ? await cborAnswer(answered) : answered);
    } catch (thrown) {
      refuse(request, response, thrown);
    }
  };

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    response.on("error", () => undefined);
    void serveRequest(
      (fault) => refuse(request, response, fault),
      () => serve(request, response),
    );
  };
  const server = await listen(onRequest, "127.0.0.1", options.port);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  // `localhost` is ::1 for some clients; on a machine without IPv6 there is only 127.0.0.1.
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
