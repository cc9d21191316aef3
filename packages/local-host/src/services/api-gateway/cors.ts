import type { CorsConfiguration } from "./resource-types";

type Headers = Readonly<Record<string, string>>;

/** The value of `access-control-allow-origin` for a request, or undefined when its origin is not allowed. */
function allowedOrigin(cors: CorsConfiguration, origin: string): string | undefined {
  if (cors.allowOrigins.includes("*")) return "*";
  const allowed = cors.allowOrigins.some(
    (it) => it === origin || ((it === "https://*" || it === "http://*") && origin.startsWith(it.slice(0, -1))),
  );
  return allowed ? origin : undefined;
}

/** A preflight request is one that has both headers; any other OPTIONS request is routed as usual. */
export const isPreflight = (method: string, headers: Headers): boolean =>
  method === "OPTIONS" && headers["origin"] !== undefined && headers["access-control-request-method"] !== undefined;

function originHeaders(cors: CorsConfiguration, headers: Headers): Record<string, string> | undefined {
  const origin = headers["origin"];
  const allowed = origin === undefined ? undefined : allowedOrigin(cors, origin);
  if (allowed === undefined) return undefined;
  return {
    "access-control-allow-origin": allowed,
    ...(cors.allowCredentials === true ? { "access-control-allow-credentials": "true" } : {}),
  };
}

const list = (name: string, values: readonly string[]): Record<string, string> =>
  values.length === 0 ? {} : { [name]: values.join(",") };

export function preflightHeaders(cors: CorsConfiguration, request: Headers): Headers {
  const origin = originHeaders(cors, request);
  if (origin === undefined) return {};
  return {
    ...origin,
    ...list("access-control-allow-methods", cors.allowMethods),
    ...list("access-control-allow-headers", cors.allowHeaders),
    ...(cors.maxAge === undefined ? {} : { "access-control-max-age": String(cors.maxAge) }),
  };
}

/** A response's headers with the API's CORS headers in place of any the function set. */
export function withCorsHeaders(cors: CorsConfiguration, request: Headers, response: Headers): Headers {
  const kept = Object.fromEntries(Object.entries(response).filter(([name]) => !name.startsWith("access-control-")));
  const origin = originHeaders(cors, request);
  return origin === undefined
    ? kept
    : { ...kept, ...origin, ...list("access-control-expose-headers", cors.exposeHeaders) };
}
