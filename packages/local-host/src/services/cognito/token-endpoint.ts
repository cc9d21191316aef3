import { timingSafeEqual } from "node:crypto";
import type { AwsResponse } from "../../kernel/endpoint/aws-service";
import type { DeclaredClient } from "./declared-pool";
import type { UserPool } from "./user-pool";

type OAuthError =
  | "invalid_request"
  | "invalid_client"
  | "invalid_scope"
  | "unauthorized_client"
  | "unsupported_grant_type";

const json = (status: number, body: unknown): AwsResponse => ({
  status,
  headers: {
    "content-type": "application/json;charset=UTF-8",
    "cache-control": "no-cache, no-store, max-age=0, must-revalidate",
    "access-control-allow-origin": "*",
  },
  body: JSON.stringify(body),
});

/** Cognito answers 400 for each of them. */
const refused = (error: OAuthError, error_description?: string): AwsResponse =>
  json(400, error_description === undefined ? { error } : { error, error_description });

interface Credentials {
  readonly clientId: string;
  readonly secret: string | undefined;
}

/** From the Authorization header (client_secret_basic) or the form (client_secret_post). */
function credentialsOf(form: URLSearchParams, authorization: string | undefined): Credentials | undefined {
  const inForm = form.get("client_id");
  const basic = /^Basic\s+(\S+)$/i.exec(authorization ?? "")?.[1];
  if (basic === undefined)
    return inForm === null ? undefined : { clientId: inForm, secret: form.get("client_secret") ?? undefined };
  const decoded = Buffer.from(basic, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  if (colon < 0) return undefined;
  const clientId = decoded.slice(0, colon);
  if (inForm !== null && inForm !== clientId) return undefined;
  return { clientId, secret: decoded.slice(colon + 1) };
}

function sameSecret(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}

async function isAuthentic(pool: UserPool, client: DeclaredClient, secret: string | undefined): Promise<boolean> {
  const expected = (await pool.secrets()).clientSecrets.get(client.id);
  if (expected === undefined) return secret === undefined;
  return secret !== undefined && sameSecret(secret, expected);
}

/**
 * Answers POST /oauth2/token for the client credentials grant.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 */
export async function answerTokenRequest(
  pools: readonly UserPool[],
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer },
): Promise<AwsResponse> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers["content-type"] ?? ""))
    return refused("invalid_request");
  const form = new URLSearchParams(request.body.toString("utf8"));
  const grantType = form.get("grant_type");
  const credentials = credentialsOf(form, request.headers["authorization"]);
  if (grantType === null || credentials === undefined) return refused("invalid_request");
  const pool = pools.find((it) => it.client(credentials.clientId) !== undefined);
  const client = pool?.client(credentials.clientId);
  if (pool === undefined || client === undefined) return refused("invalid_client");
  if (pool.declared.domain === undefined) {
    return refused(
      "invalid_request",
      `User pool ${pool.declared.id} has no domain, and so no token endpoint: declare a UserPoolDomain.`,
    );
  }
  if (!(await isAuthentic(pool, client, credentials.secret))) return refused("invalid_client");
  if (grantType === "authorization_code" || grantType === "refresh_token") {
    return refused(
      "unsupported_grant_type",
      "People do not sign in on the local host: POST /_local/token makes a token for them.",
    );
  }
  if (grantType !== "client_credentials") return refused("unsupported_grant_type");
  if (!client.flows.includes("client_credentials")) return refused("unauthorized_client");
  const allowed = pool.machineScopes(client);
  const asked = (form.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
  const scopes = asked.length === 0 ? allowed : [...new Set(asked)];
  if (scopes.length === 0 || scopes.some((scope) => !allowed.includes(scope))) return refused("invalid_scope");
  const { token, expiresIn } = await pool.mintToken({ clientId: client.id, scope: scopes.join(" ") });
  return json(200, { access_token: token, expires_in: expiresIn, token_type: "Bearer" });
}
