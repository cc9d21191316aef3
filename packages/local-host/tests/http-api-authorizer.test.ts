import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { SigningKeys } from "../src/services/api-gateway/signing-keys";
import { type ApiShape, apiNodes, type StartedApi, startApi } from "./http-api-fixture";

const issuer = "https://issuer.example/pool";
const audience = "shop-client";

let privateKey: CryptoKey;
let hostedKeys: SigningKeys;
let started: StartedApi | undefined;
const servers: Server[] = [];

const now = (): number => Math.floor(Date.now() / 1000);

interface TokenShape {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly kid?: string;
  readonly key?: CryptoKey;
}

const tokenOf = ({ claims, kid = "one", key = privateKey }: TokenShape = {}): Promise<string> =>
  new SignJWT({ sub: "ada", iss: issuer, aud: audience, iat: now(), exp: now() + 60, scope: "photos/read", ...claims })
    .setProtectedHeader({ alg: "RS256", kid })
    .sign(key);

beforeAll(async () => {
  const pair = await generateKeyPair("RS256", { extractable: true });
  privateKey = pair.privateKey;
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: "one", alg: "RS256" }] });
  hostedKeys = { keysOf: (it) => (it === issuer ? keys : undefined) };
});

afterEach(async () => {
  await started?.host.stop();
  started = undefined;
  for (const server of servers.splice(0)) server.close();
});

async function guardedApi(
  shape: ApiShape & { readonly scopes?: readonly string[]; readonly issuer?: string } = {},
): Promise<StartedApi> {
  const jwtConfiguration = { issuer: shape.issuer ?? issuer, audiences: [audience] };
  const guard = { authorizationType: "JWT", authorizerId: "a1b2c3d4e5-jwt", authorizationScopes: shape.scopes ?? [] };
  const resources = apiNodes({
    ...shape,
    routes: { "GET /photos": guard, "GET /health": {}, ...shape.routes },
    authorizer: { jwtConfiguration, ...shape.authorizer },
  });
  started = await startApi(resources, { hostedKeys });
  return started;
}

const get = (url: string, token: string): Promise<Response> =>
  fetch(`${url}/photos`, { headers: { authorization: `Bearer ${token}` } });

describe("a route with a JWT authorizer", () => {
  it("gives the function every claim as text, and no scopes when the route has none", async () => {
    const { recording, url } = await guardedApi();
    const claims = {
      aud: [audience, "other"],
      groups: ["admin", "ops"],
      admin: true,
      level: 3,
      address: { city: "Ulm" },
      none: null,
    };
    const token = await tokenOf({ claims: { ...claims, iat: 1_700_000_000, exp: 4_000_000_000 } });
    expect((await get(url, token)).status).toBe(200);
    expect(recording.invocations[0]?.event["requestContext"]).toMatchObject({
      authorizer: {
        jwt: {
          claims: {
            sub: "ada",
            iss: issuer,
            aud: "[shop-client other]",
            groups: "[admin ops]",
            admin: "true",
            level: "3",
            address: '{"city":"Ulm"}',
            iat: "1700000000",
            exp: "4000000000",
            scope: "photos/read",
          },
          scopes: null,
        },
      },
    });
    const context = recording.invocations[0]?.event["requestContext"];
    expect(context).not.toHaveProperty("authorizer.jwt.claims.none");
  });

  it("lets a token pass that has one of the route's scopes, and lists the token's", async () => {
    const { recording, url } = await guardedApi({ scopes: ["photos/write", "photos/admin"] });
    const answer = await get(url, await tokenOf({ claims: { scope: "photos/read photos/admin" } }));
    expect(answer.status).toBe(200);
    expect(recording.invocations[0]?.event["requestContext"]).toMatchObject({
      authorizer: { jwt: { scopes: ["photos/read", "photos/admin"] } },
    });
  });

  it("answers 403 to a valid token without any of the route's scopes", async () => {
    const { recording, url } = await guardedApi({ scopes: ["photos/write", "photos/admin"] });
    const answer = await get(url, await tokenOf());
    expect(answer.status).toBe(403);
    expect(await answer.text()).toBe('{"message":"Forbidden"}');
    expect(answer.headers.get("www-authenticate")).toMatch(
      /^Bearer scope="photos\/write photos\/admin" error="insufficient_scope" /,
    );
    expect(recording.invocations).toEqual([]);
  });

  it("answers 401 and asks for a token when there is none", async () => {
    const { recording, url } = await guardedApi();
    const answer = await fetch(`${url}/photos`);
    expect(answer.status).toBe(401);
    expect(await answer.text()).toBe('{"message":"Unauthorized"}');
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    expect(recording.invocations).toEqual([]);
  });

  const refusedTokens: readonly [string, TokenShape, string][] = [
    ["has expired", { claims: { exp: now() - 1 } }, "the token has expired"],
    ["never expires", { claims: { exp: undefined } }, "the token has expired"],
    ["is not valid yet", { claims: { nbf: now() + 60 } }, "the token is not valid yet"],
    ["was issued in the future", { claims: { iat: now() + 60 } }, "the token was issued in the future"],
    ["is for another audience", { claims: { aud: "other" } }, "the token does not have a valid audience"],
    [
      "is for another audience, though its client_id would do",
      { claims: { aud: "other", client_id: audience } },
      "the token does not have a valid audience",
    ],
    ["has no audience", { claims: { aud: undefined } }, "the token does not have a valid audience"],
    ["is another issuer's", { claims: { iss: "https://other.example" } }, "the token does not have a valid issuer"],
    ["names an unknown key", { kid: "two" }, "kid not found in the issuer's keys"],
  ];

  it.each(refusedTokens)("answers 401 to a token that %s", async (_, shape, reason) => {
    const { recording, url } = await guardedApi();
    const answer = await get(url, await tokenOf(shape));
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe(
      `Bearer scope="" error="invalid_token" error_description="${reason}"`,
    );
    expect(recording.invocations).toEqual([]);
  });

  it("answers 401 to a token that another key signed, that is not signed, or that is none", async () => {
    const { recording, url } = await guardedApi();
    const forged = await tokenOf({ key: (await generateKeyPair("RS256")).privateKey });
    const secret = new TextEncoder().encode("a secret of at least thirty-two bytes");
    const symmetric = await new SignJWT({ iss: issuer, aud: audience, exp: now() + 60 })
      .setProtectedHeader({ alg: "HS256", kid: "one" })
      .sign(secret);
    const [, payload] = (await tokenOf()).split(".");
    const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`;
    for (const token of [forged, symmetric, unsigned, "rubbish", "a.b.c"])
      expect((await get(url, token)).status).toBe(401);
    expect(recording.invocations).toEqual([]);
  });

  it("takes client_id for the audience where a token has no aud", async () => {
    const { url } = await guardedApi();
    expect((await get(url, await tokenOf({ claims: { aud: undefined, client_id: audience } }))).status).toBe(200);
  });

  it("takes a token without Bearer, and one from the query when that is the identity source", async () => {
    const { url } = await guardedApi();
    const token = await tokenOf();
    expect((await fetch(`${url}/photos`, { headers: { authorization: token } })).status).toBe(200);
    await started?.host.stop();
    const queried = await guardedApi({ authorizer: { identitySources: ["$request.querystring.access"] } });
    expect((await fetch(`${queried.url}/photos?access=${token}`)).status).toBe(200);
    expect((await get(queried.url, token)).status).toBe(401);
  });

  it("asks a preflight for a token too, unless a route of its own takes it", async () => {
    const guard = { authorizationType: "JWT", authorizerId: "a1b2c3d4e5-jwt" };
    const preflight = (url: string): Promise<Response> =>
      fetch(`${url}/photos`, {
        method: "OPTIONS",
        headers: { origin: "https://a.example", "access-control-request-method": "GET" },
      });
    const cors = { api: { corsConfiguration: { allowOrigins: ["https://a.example"] } } };
    const { url } = await guardedApi({ ...cors, routes: { $default: guard } });
    expect((await preflight(url)).status).toBe(401);
    await started?.host.stop();
    const advised = await guardedApi({ ...cors, routes: { $default: guard, "OPTIONS /{proxy+}": {} } });
    expect((await preflight(advised.url)).status).toBe(204);
    expect(advised.recording.invocations).toEqual([]);
  });

  it("leaves a route without an authorizer open", async () => {
    const { recording, url } = await guardedApi();
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(recording.invocations[0]?.event["requestContext"]).not.toHaveProperty("authorizer");
  });
});

describe("an issuer that is not hosted here", () => {
  async function startIssuer(): Promise<string> {
    const pair = await generateKeyPair("RS256", { extractable: true });
    privateKey = pair.privateKey;
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: "one", alg: "RS256" };
    const server = createServer((request, response) => {
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const isDiscovery = request.url === "/.well-known/openid-configuration";
      response.end(JSON.stringify(isDiscovery ? { jwks_uri: `${base}/keys` } : { keys: [jwk] }));
    });
    servers.push(server);
    await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
    // It listens on a port.
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it("is asked for its keys, which decide", async () => {
    const elsewhere = await startIssuer();
    const { url } = await guardedApi({ issuer: elsewhere });
    expect((await get(url, await tokenOf({ claims: { iss: elsewhere } }))).status).toBe(200);
    const forged = await tokenOf({ claims: { iss: elsewhere }, key: (await generateKeyPair("RS256")).privateKey });
    expect((await get(url, forged)).status).toBe(401);
  });

  it("makes tokens 401 while it cannot be reached, and is asked again", async () => {
    const elsewhere = await startIssuer();
    const server = servers[0];
    const { port } = new URL(elsewhere);
    await new Promise((settle) => server?.close(settle));
    const { url } = await guardedApi({ issuer: elsewhere });
    const token = await tokenOf({ claims: { iss: elsewhere } });
    const answer = await get(url, token);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toContain("OIDC discovery endpoint communication error");
    await new Promise<void>((settle) => server?.listen(Number(port), "127.0.0.1", settle));
    expect((await get(url, token)).status).toBe(200);
  });
});
