import type { IncomingMessage, ServerResponse } from "node:http";
import type { ActionService, AwsResponse } from "../../kernel/endpoint/aws-service";
import { readBody } from "../../kernel/endpoint/request-body";
import type { HostContext } from "../../kernel/host-context";
import type { ResourceHost } from "../../kernel/resource-host";
import type { SigningKeys } from "../api-gateway/signing-keys";
import { cognitoService } from "./cognito-service";
import { declaredPools } from "./declared-pool";
import { poolFor } from "./local-token";
import { poolEndpoints } from "./pool-endpoints";
import { type TokenRequest, UserPool } from "./user-pool";
import type { WebAnswer, WebRequest } from "./web-request";

export interface UserPoolHost extends ResourceHost {
  /** `cognito-idp`. */
  readonly service: ActionService;
  /** Keys of the hosted pools, for authorizers. */
  readonly signingKeys: SigningKeys;
  /** An access token of a pool, for people and tests. Throws RangeError for a pool or client that is not hosted. */
  mintToken(poolId: string, request: TokenRequest): Promise<string>;
  /**
   * Answers `POST /_local/token`, `POST /oauth2/token`, `POST /<pool id>/oauth2/token`,
   * `GET /<pool id>/.well-known/jwks.json` and `GET /<pool id>/.well-known/openid-configuration`; undefined for any
   * other request.
   */
  handleTokenRequest(request: WebRequest): Promise<AwsResponse | undefined>;
  /** The same on a server: says whether the request is one of those, and answers it then. */
  serve(request: IncomingMessage, response: ServerResponse): boolean;
}

/** Bytes; a token request has a few hundred. */
const largestBody = 1024 * 1024;

const headersOf = (message: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)]));

async function answerOn(answer: WebAnswer, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(message, largestBody);
  if (body === undefined) return void response.writeHead(413).end();
  const { method = "GET", url = "/" } = message;
  const result = await answer({ method, url, headers: headersOf(message), body });
  response.writeHead(result.status, { ...result.headers, "content-length": Buffer.byteLength(result.body) });
  response.end(result.body);
}

/** Hosts the graph's user pools. */
export function userPoolHost(context: HostContext): UserPoolHost {
  const pools = declaredPools(context.graph).map((pool) => new UserPool(pool, context.dataDir));
  const endpoints = poolEndpoints(pools, context.awsEndpoint);
  const answerOf = (url: string | undefined): WebAnswer | undefined => endpoints.get((url ?? "/").replace(/\?.*$/, ""));
  return {
    service: cognitoService(pools, context.access),
    signingKeys: { keysOf: (issuer) => pools.find((pool) => pool.declared.issuer === issuer)?.verificationKey() },
    async start() {
      await Promise.all(pools.map((pool) => pool.secrets()));
    },
    async stop() {
      // Nothing runs between requests.
    },
    async mintToken(poolId, request) {
      return (await poolFor(pools, poolId).mintToken(request)).token;
    },
    async handleTokenRequest(request) {
      return answerOf(request.url)?.(request);
    },
    serve(request, response) {
      const answer = answerOf(request.url);
      if (answer === undefined) return false;
      answerOn(answer, request, response).catch((error: unknown) => {
        const detail = { error: error instanceof Error ? error.stack : String(error) };
        context.events.publish({ level: "error", resource: "cognito-idp", what: "request failed in the host", detail });
        response.destroy();
      });
      return true;
    },
  };
}
