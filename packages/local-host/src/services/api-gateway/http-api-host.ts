import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { faultOf, serveRequest } from "../../kernel/endpoint/request-faults";
import type { HostContext } from "../../kernel/host-context";
import type { ResourceHost } from "../../kernel/resource-host";
import { ApiGateway } from "./api-gateway";
import { declaredApis } from "./declared-api";
import { IssuerKeys } from "./issuer-keys";
import type { SigningKeys } from "./signing-keys";

export interface HttpApiNeeds {
  /** Keys of the issuers hosted on this machine; those of any other are fetched from it. */
  readonly hostedKeys?: SigningKeys;
  /** Sees a request of the first API before it is routed, and answers it when it returns true. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface HttpApiHost extends ResourceHost {
  /** API id to the URL it listens on, once started. */
  readonly endpoints: ReadonlyMap<string, string>;
}

/** Milliseconds for requests under way when the host stops. */
const graceOnStop = 2_000;

/** Bytes of request line and header values that an HTTP API accepts. */
const maxHeaderSize = 10_240;

const isInUse = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "EADDRINUSE";

const bind = (server: Server, port: number, address = "127.0.0.1"): Promise<number> =>
  new Promise((settle, refuse) => {
    server.once("error", refuse);
    server.listen(port, address, () => {
      server.off("error", refuse);
      // A server that listens on a port has an address with one.
      settle((server.address() as AddressInfo).port);
    });
  });

/** Binds the wanted port, or, when any will do, the next free one after it. */
async function bindFrom(server: Server, wanted: number, tries: number): Promise<number> {
  for (let port = wanted; ; port += 1) {
    try {
      return await bind(server, port);
    } catch (error) {
      if (!isInUse(error)) throw error;
      if (port - wanted + 1 >= tries) {
        throw new Error(`Port ${wanted} is in use: stop what listens there, or start with --port and another number.`, {
          cause: error,
        });
      }
    }
  }
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((settle) => server.close(() => settle()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceOnStop);
  await closed;
  clearTimeout(timer);
}

/** Hosts the graph's HTTP APIs, the first on the context's API port and the others on the next free ones. */
export function httpApiHost(context: HostContext, needs: HttpApiNeeds = {}): HttpApiHost {
  const servers: Server[] = [];
  const endpoints = new Map<string, string>();
  const remoteKeys = new IssuerKeys();
  const keys: SigningKeys = {
    keysOf: (issuer) => needs.hostedKeys?.keysOf(issuer) ?? remoteKeys.keysOf(issuer),
  };

  const serverOf = (gateway: ApiGateway, isFirst: boolean): Server => {
    const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      try {
        if (isFirst && needs.intercept?.(request, response) === true) return;
        await gateway.handle(request, response);
      } catch (error) {
        context.events.publish({
          level: "error",
          resource: gateway.api.name,
          what: "response failed in the host",
          detail: { error: faultOf(error) },
        });
        gateway.fail(response);
      }
    };
    const server = createServer({ maxHeaderSize, keepAliveTimeout: 65_000 }, (request, response) => {
      response.on("error", () => undefined);
      void serveRequest(
        () => gateway.fail(response),
        () => serve(request, response),
      );
    });
    servers.push(server);
    return server;
  };

  return {
    endpoints,
    async start() {
      const { hostname, port: firstPort } = new URL(context.apiEndpoint);
      let port = Number(firstPort);
      for (const [index, api] of declaredApis(context.graph).entries()) {
        const isFirst = index === 0;
        const gateway = new ApiGateway(api, context, keys);
        const server = (): Server => serverOf(gateway, isFirst);
        port = await bindFrom(server(), port, isFirst ? 1 : 100);
        // `localhost` is ::1 for some clients; a machine without IPv6 does without.
        await bind(server(), port, "::1").catch(() => undefined);
        endpoints.set(api.id, `http://${hostname}:${port}`);
        context.events.publish({
          level: "info",
          resource: api.name,
          what: "listening",
          detail: { url: endpoints.get(api.id) },
        });
        port = firstPort === "0" ? 0 : port + 1;
      }
    },
    async stop() {
      await Promise.all(servers.splice(0).map(close));
      endpoints.clear();
    },
  };
}
