import type { APIGatewayProxyEventV2, Context } from "aws-lambda";

export interface ApiCall {
  readonly routeKey: string;
  readonly path?: Record<string, string>;
  readonly query?: string;
  readonly headers?: Record<string, string>;
  /** Sent as JSON, unless it is text already; bytes arrive in base64. */
  readonly body?: unknown;
  /** Of the token; null for a route without an authorizer. Default: Ada's, who may write and read. */
  readonly claims?: Record<string, string> | null;
}

/** A call as an HTTP API hands it to a function in payload format 2.0. */
export const apiEvent = ({ routeKey, path, query = "", headers, body, claims }: ApiCall) => {
  const [method = "GET", route = "/"] = routeKey.split(" ");
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const jwt = { claims: claims ?? { sub: "ada", scope: "orders/read orders/write" }, scopes: null };
  return {
    version: "2.0",
    routeKey,
    rawPath: route,
    rawQueryString: query,
    headers: { "content-type": "application/json", host: "api.example.com", ...headers },
    requestContext: {
      accountId: "123456789012",
      apiId: "abc123",
      ...(claims !== null && { authorizer: { jwt } }),
      domainName: "api.example.com",
      domainPrefix: "api",
      http: { method, path: route, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "test" },
      requestId: "request-1",
      routeKey,
      stage: "$default",
      time: "21/Nov/2026:09:00:00 +0000",
      timeEpoch: 1_795_251_600_000,
    },
    ...(path && { pathParameters: path }),
    ...(body !== undefined && { body: body instanceof Buffer ? body.toString("base64") : text }),
    isBase64Encoded: body instanceof Buffer,
  } satisfies APIGatewayProxyEventV2;
};

/** Handlers take nothing from the context; one function name is as good as another. */
export const lambdaContext = { functionName: "orders", awsRequestId: "invocation-1" } as Context;
