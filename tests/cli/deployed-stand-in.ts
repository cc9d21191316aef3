import { createServer } from "node:http";

export interface ReceivedRequest {
  readonly line: string;
  readonly authorization: string;
  readonly body: string;
}

/** What stands in for a deployed stack: its API, its token endpoint, and SNS. */
export interface DeployedStandIn {
  readonly url: string;
  readonly received: ReceivedRequest[];
  end(): void;
}

const client = `Basic ${Buffer.from("back-end:s3cret").toString("base64")}`;

const page = { orders: [{ order_id: "o-1", status: "SHIPPED" }] };

const published =
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>';

const json = (status: number, body: unknown): readonly [number, string] => [status, JSON.stringify(body)];

/** Knows one client, back-end with the secret s3cret, and its token; everything else is refused as AWS refuses it. */
function answerTo({ line, authorization }: ReceivedRequest): readonly [number, string] {
  if (line === "POST /oauth2/token") {
    return authorization === client ? json(200, { access_token: "of-client" }) : json(400, { error: "invalid_client" });
  }
  if (line === "POST /") return [200, published];
  if (!line.startsWith("GET /orders?")) return [404, "<html>Not here</html>"];
  return authorization === "Bearer of-client" ? json(200, page) : json(401, { message: "Unauthorized" });
}

export async function deployedStandIn(): Promise<DeployedStandIn> {
  const received: ReceivedRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const request = {
      line: `${method} ${url}`,
      authorization: headers.authorization ?? "",
      body: Buffer.concat(await incoming.toArray()).toString(),
    };
    received.push(request);
    const [status, body] = answerTo(request);
    outgoing.writeHead(status).end(body);
  });
  await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("A TCP server has an address.");
  const end = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${address.port}`, received, end };
}
