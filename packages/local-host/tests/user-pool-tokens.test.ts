import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import type { AwsResponse } from "../src/kernel/endpoint/aws-service";
import type { UserPoolHost } from "../src/services/cognito/user-pool-host";
import { apiNodes, startApi } from "./http-api-fixture";
import { bodyOf, clientId, issuer, newDataDir, poolId, startPool } from "./user-pool-fixture";

beforeEach(newDataDir);

describe("a user pool's tokens", () => {
  const guardedApi = (host: UserPoolHost) =>
    startApi(
      apiNodes({
        routes: {
          "GET /photos": {
            authorizationType: "JWT",
            authorizerId: "a1b2c3d4e5-jwt",
            authorizationScopes: ["photos/read"],
          },
        },
        authorizer: { jwtConfiguration: { issuer, audiences: [clientId] } },
      }),
      { hostedKeys: host.signingKeys },
    );

  it("pass an authorizer of the same program, also those from before a restart", async () => {
    const before = await startPool();
    const token = await before.mintToken(poolId, { sub: "ada", scope: "photos/read", claims: { customer_id: "c-1" } });
    await before.stop();
    const api = await guardedApi(await startPool());
    const answer = await fetch(`${api.url}/photos`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    expect(api.recording.invocations[0]?.event["requestContext"]).toMatchObject({
      authorizer: { jwt: { claims: { sub: "ada", client_id: clientId, customer_id: "c-1" }, scopes: ["photos/read"] } },
    });
    await api.host.stop();
  });

  it("fail there once they have expired", async () => {
    const host = await startPool();
    const api = await guardedApi(host);
    const token = await host.mintToken(poolId, { scope: "photos/read", expiresIn: -1 });
    expect((await fetch(`${api.url}/photos`, { headers: { authorization: token } })).status).toBe(401);
    await api.host.stop();
  });

  it("can be checked with the keys the pool publishes", async () => {
    const host = await startPool();
    const get = (url: string) => host.handleTokenRequest({ method: "GET", url, headers: {}, body: Buffer.alloc(0) });
    const { kid } = decodeProtectedHeader(await host.mintToken(poolId, {}));
    expect(bodyOf(await get(`/${poolId}/.well-known/openid-configuration`))).toMatchObject({
      issuer,
      jwks_uri: `http://localhost:4566/${poolId}/.well-known/jwks.json`,
      token_endpoint: `http://localhost:4566/${poolId}/oauth2/token`,
    });
    // Public parts alone: nothing with which to sign.
    expect(bodyOf(await get(`/${poolId}/.well-known/jwks.json`))).toEqual({
      keys: [{ kid, alg: "RS256", kty: "RSA", use: "sig", e: "AQAB", n: expect.any(String) }],
    });
  });
});

describe("POST /_local/token", () => {
  const post = (
    host: UserPoolHost,
    body: unknown,
    contentType = "application/json",
  ): Promise<AwsResponse | undefined> =>
    host.handleTokenRequest({
      method: "POST",
      url: "/_local/token",
      headers: { "content-type": contentType },
      body: Buffer.from(JSON.stringify(body)),
    });

  it("gives anyone on this machine the token of whoever they want to be", async () => {
    const host = await startPool();
    const answer = await post(host, {
      sub: "ada",
      scope: ["photos/read", "photos/admin"],
      claims: { customer_id: "c-1" },
      expiresIn: 60,
    });
    expect(bodyOf(answer)).toMatchObject({ token_type: "Bearer", expires_in: 60 });
    expect(decodeJwt(String(bodyOf(answer)["access_token"]))).toMatchObject({
      sub: "ada",
      client_id: clientId,
      scope: "photos/read photos/admin",
      customer_id: "c-1",
    });
  });

  it("gives the only client's token when nothing is asked for", async () => {
    const claims = decodeJwt(String(bodyOf(await post(await startPool(), {}))["access_token"]));
    expect(claims).toMatchObject({ sub: clientId, client_id: clientId, scope: "photos/read photos/write" });
  });

  it.each([
    ["an unknown field", { subject: "ada" }, /Unrecognized key: "subject"/],
    ["an unknown client", { clientId: "other" }, /has no client other. Clients: machine \(back-end\)/],
    ["an unknown pool", { poolId: "other" }, /no user pool other. Hosted: eu-central-1_abcdefghi/],
  ])("says what is wrong with %s", async (_, body, message) => {
    const answer = await post(await startPool(), body);
    expect(answer?.status).toBe(400);
    expect(bodyOf(answer)["message"]).toMatch(message);
  });

  it("refuses what a web page could send without asking", async () => {
    expect((await post(await startPool(), {}, "text/plain"))?.status).toBe(415);
  });

  it("is served on a server that asks who answers", async () => {
    const host = await startPool();
    const server = createServer((request, response) => {
      if (!host.serve(request, response)) response.writeHead(418).end();
    });
    await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
    // It listens on a port.
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${url}/_local/token?for=ada`, { method: "POST", headers, body: '{"sub":"ada"}' });
    // As the token tests above assert.
    const { access_token } = (await answer.json()) as { access_token: string };
    expect(decodeJwt(access_token).sub).toBe("ada");
    expect((await fetch(`${url}/other`)).status).toBe(418);
    await new Promise((settle) => server.close(settle));
  });

  it("leaves every other path to others", async () => {
    const host = await startPool();
    const other = (url: string) => host.handleTokenRequest({ method: "POST", url, headers: {}, body: Buffer.alloc(0) });
    expect([await other("/"), await other(`/${poolId}/other`), await other("/_local/other")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
