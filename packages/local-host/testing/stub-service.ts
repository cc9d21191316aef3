import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface StubRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The body as it came. */
  readonly text: string;
  /** The body read as JSON; undefined when it is none. */
  readonly json: unknown;
}

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

export interface StubAnswer {
  readonly status: number;
  readonly json?: unknown;
  /** A body that is not JSON. */
  readonly text?: string;
  readonly headers?: Record<string, string>;
}

export interface StubService extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly StubRequest[];
}

/** A service on a free port of this machine; "silence" leaves a request without an answer. */
export const stubService = async (
  answer: (request: StubRequest, index: number) => StubAnswer | "silence",
): Promise<StubService> => {
  const requests: StubRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const body = await text(incoming);
    const request = {
      path: incoming.url ?? "",
      headers: incoming.headers,
      text: body,
      json: parsed(body),
    };
    const index = requests.push(request) - 1;
    const answered = answer(request, index);
    if (answered === "silence") return;
    response.writeHead(answered.status, { "content-type": "application/json", ...answered.headers });
    response.end(answered.text ?? (answered.json === undefined ? "" : JSON.stringify(answered.json)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A TCP server that listens has an address with a port.
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};

/** What an AWS client needs to call a stub. */
export const awsAt = (url: string) => ({
  endpoint: url,
  region: "eu-west-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  maxAttempts: 1,
});
