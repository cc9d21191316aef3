import { decodeJwt, decodeProtectedHeader } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import type { AwsResponse } from "../src/kernel/endpoint/aws-service";
import type { UserPoolHost } from "../src/services/cognito/user-pool-host";
import { bodyOf, clientId, issuer, newDataDir, type PoolShape, poolId, secretOf, startPool } from "./user-pool-fixture";

beforeEach(newDataDir);

const basic = (id: string, secret: string): string => `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;

const ask = (
  host: UserPoolHost,
  form: Readonly<Record<string, string>>,
  authorization?: string,
): Promise<AwsResponse | undefined> =>
  host.handleTokenRequest({
    method: "POST",
    url: "/oauth2/token",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: Buffer.from(new URLSearchParams(form).toString()),
  });

const grant = { grant_type: "client_credentials" };

describe("the token endpoint", () => {
  it("gives a machine a token like Cognito's", async () => {
    const host = await startPool();
    const answer = await ask(host, grant, basic(clientId, await secretOf(host)));
    const { access_token, ...rest } = bodyOf(answer);
    expect(answer?.status).toBe(200);
    expect(rest).toEqual({ expires_in: 3600, token_type: "Bearer" });
    const token = String(access_token);
    expect(decodeProtectedHeader(token)).toEqual({ alg: "RS256", kid: expect.any(String) });
    const claims = decodeJwt(token);
    expect(claims).toEqual({
      sub: clientId,
      client_id: clientId,
      token_use: "access",
      scope: "photos/read photos/write",
      iss: issuer,
      version: 2,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      auth_time: claims.iat,
      iat: expect.any(Number),
      exp: (claims.iat ?? 0) + 3600,
    });
  });

  it("takes the credentials from the form too, and gives just the scopes asked for", async () => {
    const host = await startPool();
    const answer = await ask(host, {
      ...grant,
      client_id: clientId,
      client_secret: await secretOf(host),
      scope: "photos/write",
    });
    expect(decodeJwt(String(bodyOf(answer)["access_token"]))["scope"]).toBe("photos/write");
  });

  it("is found below the pool's id as well", async () => {
    const host = await startPool();
    const answer = await host.handleTokenRequest({
      method: "POST",
      url: `/${poolId}/oauth2/token`,
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        authorization: basic(clientId, await secretOf(host)),
      },
      body: Buffer.from("grant_type=client_credentials"),
    });
    expect(answer?.status).toBe(200);
  });

  it("gives tokens the client's validity", async () => {
    const host = await startPool({
      client: { accessTokenValidity: 10, tokenValidityUnits: { accessToken: "minutes" } },
    });
    const answer = await ask(host, grant, basic(clientId, await secretOf(host)));
    const claims = decodeJwt(String(bodyOf(answer)["access_token"]));
    expect(bodyOf(answer)["expires_in"]).toBe(600);
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(600);
  });

  const refusals: readonly [
    string,
    PoolShape,
    Readonly<Record<string, string>>,
    (secret: string) => string | undefined,
    string,
  ][] = [
    ["a wrong secret", {}, grant, () => basic(clientId, "wrong"), "invalid_client"],
    ["no secret", {}, { ...grant, client_id: clientId }, () => undefined, "invalid_client"],
    ["an unknown client", {}, grant, (secret) => basic("other", secret), "invalid_client"],
    ["no client", {}, grant, () => undefined, "invalid_request"],
    [
      "two clients at once",
      {},
      { ...grant, client_id: "other" },
      (secret) => basic(clientId, secret),
      "invalid_request",
    ],
    ["no grant type", {}, {}, (secret) => basic(clientId, secret), "invalid_request"],
    [
      "an unknown grant type",
      {},
      { grant_type: "password" },
      (secret) => basic(clientId, secret),
      "unsupported_grant_type",
    ],
    [
      "a scope the client may not have",
      {},
      { ...grant, scope: "photos/read photos/admin" },
      (secret) => basic(clientId, secret),
      "invalid_scope",
    ],
    [
      "a scope for people",
      { client: { allowedOauthScopes: ["openid", "photos/read"] } },
      { ...grant, scope: "openid" },
      (secret) => basic(clientId, secret),
      "invalid_scope",
    ],
    [
      "a client that may not use the grant",
      { client: { allowedOauthFlows: ["code"] } },
      grant,
      (secret) => basic(clientId, secret),
      "unauthorized_client",
    ],
    [
      "a client whose flows are not switched on",
      { client: { allowedOauthFlowsUserPoolClient: false } },
      grant,
      (secret) => basic(clientId, secret),
      "unauthorized_client",
    ],
    ["a pool without a domain", { domain: null }, grant, (secret) => basic(clientId, secret), "invalid_request"],
  ];

  it.each(refusals)("refuses %s", async (_, shape, form, authorization, error) => {
    const host = await startPool(shape);
    const answer = await ask(host, form, authorization(await secretOf(host)));
    expect(answer?.status).toBe(400);
    expect(bodyOf(answer)["error"]).toBe(error);
    expect(bodyOf(answer)).not.toHaveProperty("access_token");
  });

  it("answers POST only", async () => {
    const host = await startPool();
    const answer = await host.handleTokenRequest({
      method: "GET",
      url: "/oauth2/token",
      headers: {},
      body: Buffer.alloc(0),
    });
    expect(answer?.status).toBe(405);
  });
});
