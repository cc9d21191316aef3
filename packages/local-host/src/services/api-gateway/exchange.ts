import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { newTraceId, traceHeaderText } from "../../kernel/trace-header";
import type { DeclaredApi, DeclaredStage } from "./declared-api";
import type { RouteMatch } from "./route-table";

/** What happened to a request in its integration, for the access log and the metrics. */
interface IntegrationOutcome {
  /** Milliseconds. */
  readonly latency: number;
  /** The status of the Lambda service's answer, not the function's. */
  readonly serviceStatus: number;
  /** The status the function answered with. */
  readonly status?: number;
  readonly error?: string;
}

/** One request on its way through an API, filled in as it goes. */
export interface Exchange {
  readonly api: DeclaredApi;
  readonly stage: DeclaredStage;
  readonly requestId: string;
  readonly at: Date;
  /** Of performance.now(), in milliseconds. */
  readonly startedAt: number;
  readonly method: string;
  /** With the stage's name when that is not $default; not decoded. */
  readonly rawPath: string;
  /** Without the stage's name; not decoded. */
  readonly path: string;
  readonly rawQuery: string;
  /** Names in lower case, repeated headers joined with a comma; `cookie` is kept apart. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly protocol: string;
  readonly sourceIp: string;
  match?: RouteMatch;
  claims?: Readonly<Record<string, string>>;
  scopes?: readonly string[] | null;
  authorizerError?: string;
  integration?: IntegrationOutcome;
  requestBytes: number;
}

/** Ids as API Gateway makes them: 15 characters of base64 and an equals sign. */
const newRequestId = (): string => randomBytes(11).toString("base64");

/** Between the client and the server only. */
const hopByHop = new Set(["connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"]);

function readHeaders(message: IncomingMessage): { headers: Record<string, string>; cookies: string[] } {
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  const raw = message.rawHeaders;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? "").toLowerCase();
    const value = raw[index + 1] ?? "";
    if (name === "cookie") cookies.push(...value.split(/;\s*/).filter((it) => it !== ""));
    else if (!hopByHop.has(name)) headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  return { headers, cookies };
}

const withoutMappedPrefix = (address: string): string => address.replace(/^::ffff:/, "");

export function openExchange(
  api: DeclaredApi,
  stage: DeclaredStage,
  message: IncomingMessage,
  paths: { readonly rawPath: string; readonly path: string; readonly rawQuery: string },
): Exchange {
  const { headers, cookies } = readHeaders(message);
  const sourceIp = withoutMappedPrefix(message.socket.remoteAddress ?? "127.0.0.1");
  headers["x-amzn-trace-id"] ??= traceHeaderText({ root: newTraceId() });
  headers["x-forwarded-for"] =
    headers["x-forwarded-for"] === undefined ? sourceIp : `${headers["x-forwarded-for"]}, ${sourceIp}`;
  headers["x-forwarded-port"] ??= String(message.socket.localPort ?? "");
  headers["x-forwarded-proto"] ??= "http";
  return {
    api,
    stage,
    requestId: newRequestId(),
    at: new Date(),
    startedAt: performance.now(),
    method: message.method ?? "GET",
    ...paths,
    headers,
    cookies,
    protocol: `HTTP/${message.httpVersion}`,
    sourceIp,
    requestBytes: 0,
  };
}
