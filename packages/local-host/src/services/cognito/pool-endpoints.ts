import type { AwsResponse } from "../../kernel/endpoint/aws-service";
import { answerLocalToken } from "./local-token";
import { answerTokenRequest } from "./token-endpoint";
import type { UserPool } from "./user-pool";
import type { WebAnswer } from "./web-request";

const methodNotAllowed = (allow: string): AwsResponse => ({ status: 405, headers: { allow }, body: "" });

const onlyPost =
  (answer: WebAnswer): WebAnswer =>
  async (request) =>
    request.method === "POST" ? answer(request) : methodNotAllowed("POST");

const document =
  (read: () => Promise<unknown>): WebAnswer =>
  async (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") return methodNotAllowed("GET, HEAD");
    return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(await read()) };
  };

/** As Cognito's document, with the endpoints that answer here; the issuer stays that of the tokens. */
function openIdConfiguration(pool: UserPool, awsEndpoint: string): unknown {
  const base = `${awsEndpoint}/${pool.declared.id}`;
  return {
    issuer: pool.declared.issuer,
    jwks_uri: `${base}/.well-known/jwks.json`,
    token_endpoint: `${base}/oauth2/token`,
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    id_token_signing_alg_values_supported: ["RS256"],
    scopes_supported: ["openid", "email", "phone", "profile"],
    subject_types_supported: ["public"],
  };
}

/** What the hosted pools answer over plain HTTP, by path. */
export function poolEndpoints(pools: readonly UserPool[], awsEndpoint: string): ReadonlyMap<string, WebAnswer> {
  const answers = new Map<string, WebAnswer>([["/_local/token", onlyPost(answerLocalToken(pools))]]);
  if (pools.length > 0)
    answers.set(
      "/oauth2/token",
      onlyPost((request) => answerTokenRequest(pools, request)),
    );
  for (const pool of pools) {
    const { id } = pool.declared;
    answers.set(
      `/${id}/oauth2/token`,
      onlyPost((request) => answerTokenRequest([pool], request)),
    );
    answers.set(
      `/${id}/.well-known/jwks.json`,
      document(() => pool.jwks()),
    );
    answers.set(
      `/${id}/.well-known/openid-configuration`,
      document(async () => openIdConfiguration(pool, awsEndpoint)),
    );
  }
  return answers;
}
