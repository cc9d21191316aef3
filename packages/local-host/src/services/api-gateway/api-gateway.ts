import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../../kernel/endpoint/request-body";
import type { HostContext } from "../../kernel/host-context";
import { AccessLog } from "./access-log";
import { isPreflight, preflightHeaders, withCorsHeaders } from "./cors";
import type { DeclaredApi, DeclaredRoute, DeclaredStage } from "./declared-api";
import { type Exchange, openExchange } from "./exchange";
import { type GatewayAnswer, refusal } from "./gateway-answer";
import { invokeIntegration } from "./invoke-integration";
import { challenge, JwtAuthorizer } from "./jwt-authorizer";
import { recordExchange } from "./record-exchange";
import { RouteTable } from "./route-table";
import type { SigningKeys } from "./signing-keys";
import { TokenBucket } from "./token-bucket";

/** Bytes; the largest request that API Gateway accepts. */
const largestBody = 10 * 1024 * 1024;

const send = (response: ServerResponse, answer: GatewayAnswer): void => {
  response.writeHead(answer.status, {
    ...answer.headers,
    // A 204 has no body, and no length either.
    ...(answer.status === 204 ? {} : { "content-length": Buffer.byteLength(answer.body) }),
    ...(answer.cookies === undefined ? {} : { "set-cookie": [...answer.cookies] }),
  });
  response.end(answer.body);
};

/** One declared HTTP API: routes its requests to functions, as API Gateway does. */
export class ApiGateway {
  readonly api: DeclaredApi;
  private readonly context: HostContext;
  private readonly routes: RouteTable;
  private readonly authorizers = new Map<DeclaredRoute, JwtAuthorizer>();
  /** By stage and route; a route without settings has none, its account's quota is out of reach here. */
  private readonly buckets = new Map<DeclaredStage, ReadonlyMap<string, TokenBucket>>();
  private readonly accessLogs = new Map<DeclaredStage, AccessLog>();

  constructor(api: DeclaredApi, context: HostContext, keys: SigningKeys) {
    this.api = api;
    this.context = context;
    this.routes = new RouteTable(api.routes);
    for (const route of api.routes) {
      if (route.authorizer === undefined) continue;
      const issuerKeys = keys.keysOf(route.authorizer.issuer);
      if (issuerKeys === undefined)
        throw new Error(`${route.authorizer.urn}: no keys for issuer ${route.authorizer.issuer}.`);
      this.authorizers.set(route, new JwtAuthorizer(route.authorizer, issuerKeys));
    }
    for (const stage of api.stages) {
      const buckets = api.routes.flatMap((route): [string, TokenBucket][] => {
        const settings = stage.settingsOf(route.key);
        if (settings === undefined) return [];
        return [[route.key, new TokenBucket(settings.throttlingRateLimit, settings.throttlingBurstLimit)]];
      });
      this.buckets.set(stage, new Map(buckets));
      if (stage.accessLog !== undefined) this.accessLogs.set(stage, new AccessLog(stage.accessLog));
    }
  }

  async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = this.open(message);
    // AWS neither logs nor counts a request that reaches no stage.
    if (exchange === undefined) return send(response, refusal("notFound"));
    const answer = await this.answerOrFail(exchange, message);
    if (answer === undefined) return;
    const { cors } = this.api;
    const headers = {
      ...(cors === undefined || answer.isPreflight === true
        ? answer.headers
        : withCorsHeaders(cors, exchange.headers, answer.headers)),
      "apigw-requestid": exchange.requestId,
    };
    send(response, { ...answer, headers });
    recordExchange(this.context, exchange, answer, this.accessLogs.get(exchange.stage));
  }

  /** Answers that the API has failed, unless an answer is on its way already. */
  fail(response: ServerResponse): void {
    if (response.headersSent || response.destroyed) response.destroy();
    else send(response, refusal("failed"));
  }

  /** The first segment of the path names the stage, unless it is `$default`. */
  private open(message: IncomingMessage): Exchange | undefined {
    const url = message.url ?? "/";
    const question = url.indexOf("?");
    const rawPath = question < 0 ? url : url.slice(0, question);
    const rawQuery = question < 0 ? "" : url.slice(question + 1);
    const segment = /^\/([^/]*)/.exec(rawPath)?.[1];
    const named = this.api.stages.find((stage) => stage.name === segment);
    const stage = named ?? this.api.stages.find((it) => it.name === "$default");
    if (stage === undefined) return undefined;
    const path = named === undefined ? rawPath : rawPath.slice(1 + named.name.length) || "/";
    return openExchange(this.api, stage, message, { rawPath, path, rawQuery });
  }

  /** Undefined when the client went away before it had sent its request. */
  private async answerOrFail(exchange: Exchange, message: IncomingMessage): Promise<GatewayAnswer | undefined> {
    try {
      return await this.answer(exchange, message);
    } catch (error) {
      if (message.destroyed && !message.complete) return undefined;
      const detail = { requestId: exchange.requestId, error: error instanceof Error ? error.stack : String(error) };
      this.context.events.publish({
        level: "error",
        resource: this.api.name,
        what: "request failed in the host",
        detail,
      });
      return refusal("failed");
    }
  }

  private async answer(exchange: Exchange, message: IncomingMessage): Promise<GatewayAnswer> {
    const { cors } = this.api;
    const preflight: GatewayAnswer | undefined =
      cors !== undefined && isPreflight(exchange.method, exchange.headers)
        ? { status: 204, headers: preflightHeaders(cors, exchange.headers), body: "", isPreflight: true }
        : undefined;
    const match = this.routes.match(exchange.method, exchange.path);
    if (match === undefined) return preflight ?? refusal("notFound");
    exchange.match = match;
    const { route } = match;
    if (this.buckets.get(exchange.stage)?.get(route.key)?.take() === false) return refusal("throttled");
    // A preflight that falls to a route with an authorizer is authorized too; AWS's advice is a route of its own for it.
    const refused = await this.authorize(exchange, route);
    if (refused !== undefined) return refused;
    if (preflight !== undefined) return preflight;
    const body = await readBody(message, largestBody);
    if (body === undefined) return refusal("tooLarge");
    exchange.requestBytes = body.length;
    return invokeIntegration(this.context.calls, exchange, route, body);
  }

  private async authorize(exchange: Exchange, route: DeclaredRoute): Promise<GatewayAnswer | undefined> {
    const authorizer = this.authorizers.get(route);
    if (authorizer === undefined) return undefined;
    const sources = {
      header: (name: string) => exchange.headers[name],
      query: (name: string) => new URLSearchParams(exchange.rawQuery).get(name) ?? undefined,
    };
    const authorization = await authorizer.authorize(sources, route.scopes);
    if (authorization.kind === "allowed") {
      exchange.claims = authorization.claims;
      exchange.scopes = authorization.scopes;
      return undefined;
    }
    if (authorization.reason !== undefined) exchange.authorizerError = authorization.reason;
    return refusal(authorization.kind, { "www-authenticate": challenge(authorization, route.scopes) });
  }
}
