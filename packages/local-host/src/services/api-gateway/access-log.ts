import type { DeclaredStage } from "./declared-api";
import type { Exchange } from "./exchange";
import type { GatewayAnswer } from "./gateway-answer";
import { domainOf, requestTime } from "./proxy-event";

interface Logged {
  readonly exchange: Exchange;
  readonly answer: GatewayAnswer;
  readonly responseBytes: number;
  /** Milliseconds. */
  readonly latency: number;
}

type Reader = (logged: Logged) => string | number | undefined;

/** Writes the access log line of one request. */
type LogFormat = (logged: Logged) => string;

const absent: Reader = () => undefined;
const integrationError: Reader = ({ exchange }) => exchange.integration?.error;
const integrationLatency: Reader = ({ exchange }) =>
  exchange.integration === undefined ? undefined : Math.round(exchange.integration.latency);
const serviceStatus: Reader = ({ exchange }) => exchange.integration?.serviceStatus;
const path: Reader = ({ exchange }) => exchange.rawPath;
const requestId: Reader = ({ exchange }) => exchange.requestId;

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
const variables: Readonly<Record<string, Reader>> = {
  accountId: ({ exchange }) => exchange.api.accountId,
  apiId: ({ exchange }) => exchange.api.id,
  "authorizer.error": ({ exchange }) => exchange.authorizerError,
  "authorizer.principalId": absent,
  awsEndpointRequestId: absent,
  awsEndpointRequestId2: absent,
  "customDomain.basePathMatched": absent,
  dataProcessed: ({ exchange, responseBytes }) => exchange.requestBytes + responseBytes,
  domainName: ({ exchange }) => domainOf(exchange).name,
  domainPrefix: ({ exchange }) => domainOf(exchange).prefix,
  "error.message": ({ answer }) => answer.error?.message,
  "error.messageString": ({ answer }) =>
    answer.error === undefined ? undefined : JSON.stringify(answer.error.message),
  "error.responseType": ({ answer }) => answer.error?.responseType,
  extendedRequestId: requestId,
  httpMethod: ({ exchange }) => exchange.method,
  "identity.accountId": absent,
  "identity.caller": absent,
  "identity.cognitoAuthenticationProvider": absent,
  "identity.cognitoAuthenticationType": absent,
  "identity.cognitoIdentityId": absent,
  "identity.cognitoIdentityPoolId": absent,
  "identity.principalOrgId": absent,
  "identity.sourceIp": ({ exchange }) => exchange.sourceIp,
  "identity.user": absent,
  "identity.userAgent": ({ exchange }) => exchange.headers["user-agent"],
  "identity.userArn": absent,
  "integration.error": integrationError,
  "integration.integrationStatus": serviceStatus,
  "integration.latency": integrationLatency,
  "integration.requestId": absent,
  "integration.status": ({ exchange }) => exchange.integration?.status,
  integrationErrorMessage: integrationError,
  integrationLatency,
  integrationStatus: serviceStatus,
  path,
  protocol: ({ exchange }) => exchange.protocol,
  requestId,
  requestTime: ({ exchange }) => requestTime(exchange.at),
  requestTimeEpoch: ({ exchange }) => exchange.at.getTime(),
  responseLatency: ({ latency }) => Math.round(latency),
  responseLength: ({ responseBytes }) => responseBytes,
  routeKey: ({ exchange }) => exchange.match?.route.key,
  stage: ({ exchange }) => exchange.stage.name,
  status: ({ answer }) => answer.status,
};

function readerOf(name: string, urn: string): Reader {
  const claim = /^authorizer\.(?:jwt\.)?claims\.(.+)$/.exec(name)?.[1];
  if (claim !== undefined) return ({ exchange }) => exchange.claims?.[claim];
  if (/^identity\.clientCert\./.test(name)) return absent;
  const reader = variables[name];
  if (reader !== undefined) return reader;
  throw new Error(
    `${urn}: property accessLogSettings.format names $context.${name}, which HTTP APIs do not have. Known: ${Object.keys(variables).join(", ")}.`,
  );
}

/** A value inside a line of JSON must not end its string. */
const escaped = (value: string): string => JSON.stringify(value).slice(1, -1);

/** Writes the lines of one stage's access log. */
export class AccessLog {
  readonly logGroup: string;
  readonly line: LogFormat;

  /** Prepares the declared format once, so that a line costs one pass; throws for a variable that does not exist. */
  constructor({ logGroup, format, urn }: NonNullable<DeclaredStage["accessLog"]>) {
    this.logGroup = logGroup;
    this.line = parseLogFormat(format, urn);
  }
}

function parseLogFormat(format: string, urn: string): LogFormat {
  const parts: (string | Reader)[] = [];
  const isJson = format.trimStart().startsWith("{");
  let from = 0;
  for (const found of format.matchAll(/\$context\.([A-Za-z0-9_:-]+(?:\.[A-Za-z0-9_:-]+)*)/g)) {
    const name = found[1] ?? "";
    const reader = readerOf(name, urn);
    // This variable brings its own quotes.
    const quote = isJson && name !== "error.messageString";
    parts.push(format.slice(from, found.index), (logged) => {
      const value = String(reader(logged) ?? "-");
      return quote ? escaped(value) : value;
    });
    from = found.index + found[0].length;
  }
  parts.push(format.slice(from));
  return (logged) => parts.map((part) => (typeof part === "string" ? part : part(logged))).join("");
}
