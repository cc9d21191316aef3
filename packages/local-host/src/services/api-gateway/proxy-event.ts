import type { Exchange } from "./exchange";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const twoDigits = (value: number): string => String(value).padStart(2, "0");

/** `12/Mar/2020:19:03:58 +0000`, the time format of API Gateway's logs and events. */
export function requestTime(at: Date): string {
  const date = `${twoDigits(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  return `${date}:${twoDigits(at.getUTCHours())}:${twoDigits(at.getUTCMinutes())}:${twoDigits(at.getUTCSeconds())} +0000`;
}

/** Bodies that are passed as text; any other, one of no declared type among them, is passed in base64. */
const textual = /^(text\/|application\/(json|javascript|xml)\b|application\/[\w.-]+\+(json|xml)\b)/i;

const isText = (contentType: string | undefined): boolean => contentType !== undefined && textual.test(contentType);

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function queryParameters(rawQuery: string): Record<string, string> | undefined {
  if (rawQuery === "") return undefined;
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    parameters[name] = parameters[name] === undefined ? value : `${parameters[name]},${value}`;
  }
  return parameters;
}

/** The host a request was sent to, and the first label of it. */
export function domainOf(exchange: Exchange): { readonly name: string; readonly prefix: string } {
  const name = exchange.headers["host"] ?? "";
  return { name, prefix: /^[^.:]*/.exec(name)?.[0] ?? "" };
}

/**
 * The event of payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function proxyEvent(exchange: Exchange, body: Buffer): Record<string, unknown> {
  const { api, stage, match, headers, cookies } = exchange;
  const routeKey = match?.route.key ?? "$default";
  const rawPath = decodedPath(exchange.rawPath);
  const query = queryParameters(exchange.rawQuery);
  const domain = domainOf(exchange);
  const asText = isText(headers["content-type"]) && headers["content-encoding"] === undefined;
  return {
    version: "2.0",
    routeKey,
    rawPath,
    rawQueryString: exchange.rawQuery,
    ...(cookies.length === 0 ? {} : { cookies }),
    headers,
    ...(query === undefined ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: api.accountId,
      apiId: api.id,
      ...(exchange.claims === undefined
        ? {}
        : { authorizer: { jwt: { claims: exchange.claims, scopes: exchange.scopes ?? null } } }),
      domainName: domain.name,
      domainPrefix: domain.prefix,
      http: {
        method: exchange.method,
        path: rawPath,
        protocol: exchange.protocol,
        sourceIp: exchange.sourceIp,
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: exchange.requestId,
      routeKey,
      stage: stage.name,
      time: requestTime(exchange.at),
      timeEpoch: exchange.at.getTime(),
    },
    ...(match?.pathParameters === undefined ? {} : { pathParameters: match.pathParameters }),
    ...(stage.variables === undefined ? {} : { stageVariables: stage.variables }),
    ...(body.length === 0 ? {} : { body: body.toString(asText ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !asText,
  };
}
