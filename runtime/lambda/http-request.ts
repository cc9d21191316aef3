import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Trace } from "../values/trace";

/** What a route needs of an HTTP API's event, in payload format 2.0. */
export interface HttpRequest {
  /** "GET /orders/{order_id}" */
  readonly routeKey: string;
  readonly path: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  /** By lower-case name; the values of a header sent several times are joined by commas. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** Of the token that the API's authorizer has checked; absent on a route without one. */
  readonly claims: Readonly<Record<string, unknown>> | undefined;
  readonly trace: Trace;
}

export const httpRequest = (event: APIGatewayProxyEventV2): HttpRequest => ({
  routeKey: event.routeKey,
  path: event.pathParameters ?? {},
  query: new URLSearchParams(event.rawQueryString),
  headers: event.headers,
  body: Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8"),
  claims: claimsOf(event),
  trace: { correlation_id: event.requestContext.requestId, x_ray: process.env["_X_AMZN_TRACE_ID"] },
});

/** The type of a plain event leaves out the authorizer, which is there when the route has one. */
const claimsOf = ({ requestContext }: APIGatewayProxyEventV2): HttpRequest["claims"] => {
  const { authorizer } = requestContext as typeof requestContext & {
    readonly authorizer?: { readonly jwt?: { readonly claims?: Record<string, unknown> } };
  };
  return authorizer?.jwt?.claims;
};
