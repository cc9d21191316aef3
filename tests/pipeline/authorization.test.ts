import { randomUUID } from "node:crypto";
import type { ResourceNode } from "pulumi-local-host/resource-graph";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { confused, forged, resigned, withoutSignature } from "../support/forged-tokens";
import { resource, stackGraph } from "../support/stack-graph";
import { type StartedHost, startedHost } from "../support/started-host";

/** The routes that anybody may call; every other has to demand a token. */
const publicRoutes = ["GET /health", "GET /openapi.json"];

interface Route {
  readonly key: string;
  readonly method: string;
  /** With ids in place of its parameters. */
  readonly path: string;
  readonly scopes: readonly string[];
  readonly authorizationType: string;
}

const routeShape = z.object({
  routeKey: z.string(),
  authorizationType: z.string().default("NONE"),
  authorizationScopes: z.array(z.string()).default([]),
});

const routeOf = ({ inputs }: ResourceNode): Route => {
  const { routeKey, authorizationType, authorizationScopes } = routeShape.parse(inputs);
  const [method = "", path = ""] = routeKey.split(" ");
  return {
    key: routeKey,
    method,
    path: path.replace(/\{[^}]+\}/g, () => randomUUID()),
    scopes: authorizationScopes,
    authorizationType,
  };
};

interface TokenRequest {
  readonly scope?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Seconds. */
  readonly expiresIn?: number;
}

let started: StartedHost;

beforeAll(async () => {
  started = await startedHost();
});

afterAll(() => started?.end());

const token = async (request: TokenRequest = {}): Promise<string> => {
  const answer = await fetch(`${started.host.awsEndpoint}/_local/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
  });
  return z.object({ access_token: z.string() }).parse(await answer.json()).access_token;
};

/** A token of one customer, with the scopes of a shop's front end. */
const tokenOf = (customer: string, scope = "orders/read orders/write"): Promise<string> =>
  token({ scope, claims: { customer_id: customer } });

const call = ({ method, path }: Pick<Route, "method" | "path">, authorization?: string, body?: unknown) =>
  fetch(`${started.host.api}${path}`, {
    method,
    headers: {
      "content-type": "application/json",
      ...(authorization === undefined ? {} : { authorization }),
    },
    ...(method === "GET" ? {} : { body: JSON.stringify(body ?? {}) }),
  });

/** Tokens that no route may take, and why API Gateway says it does not. */
const invalid: readonly (readonly [what: string, make: () => Promise<string>, reason: string])[] = [
  ["expired", () => token({ expiresIn: -60 }), "the token has expired"],
  [
    "of another issuer",
    () => token({ claims: { iss: "https://issuer.example" } }),
    "the token does not have a valid issuer",
  ],
  ["for another client", () => token({ claims: { client_id: "another" } }), "the token does not have a valid audience"],
  ["for another audience", () => token({ claims: { aud: "another" } }), "the token does not have a valid audience"],
  ["not valid yet", async () => token({ claims: { nbf: Date.now() / 1000 + 600 } }), "the token is not valid yet"],
  ["not signed (alg none)", async () => withoutSignature(await token()), "signing method none is invalid"],
  [
    "signed with the public key (HS256)",
    async () => confused(await token(), started.host.awsEndpoint),
    "signing method HS256 is invalid",
  ],
  ["signed with another key", async () => forged(await token()), "crypto/rsa: verification error"],
  [
    "with its scope changed",
    async () => resigned(await token({ scope: "orders/read" }), (claims) => ({ ...claims, scope: "orders/admin" })),
    "crypto/rsa: verification error",
  ],
  [
    "with its customer changed",
    async () => resigned(await token(), (claims) => ({ ...claims, customer_id: "CUST-002" })),
    "crypto/rsa: verification error",
  ],
  ["no token at all", async () => "a-word", "token contains an invalid number of segments"],
];

// One test for each declared route: a new one without authorization fails.
describe("the API", async () => {
  const graph = await stackGraph("dev");
  const routes = graph.resources.filter(({ type }) => type === "aws:apigatewayv2/route:Route").map(routeOf);
  const closed = routes.filter(({ key }) => !publicRoutes.includes(key));

  it("lets anybody call nothing but what is public", () => {
    const open = routes.filter(({ authorizationType }) => authorizationType !== "JWT").map(({ key }) => key);
    expect(open.toSorted()).toEqual(publicRoutes);
    expect(closed.length).toBeGreaterThanOrEqual(4);
  });

  it("demands a scope on every other route, of a token of the stack's own users", () => {
    const { inputs } = resource(graph, "aws:apigatewayv2/authorizer:Authorizer", "orders-api");
    expect(inputs["authorizerType"]).toBe("JWT");
    for (const { scopes } of closed) expect(scopes).toContain("orders/admin");
  });

  it.each(publicRoutes)("answers %s without a token", async (key) => {
    const [method = "", path = ""] = key.split(" ");
    expect((await call({ method, path })).status).toBe(200);
  });

  describe.each(closed)("$key", (route) => {
    it("is refused without a token", async () => {
      const answer = await call(route);
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      expect(await answer.json()).toEqual({ message: "Unauthorized" });
    });

    it.each(invalid)("is refused with a token that is %s", async (_, make, reason) => {
      const answer = await call(route, `Bearer ${await make()}`);
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toBe(
        `Bearer scope="${route.scopes.join(" ")}" error="invalid_token" error_description="${reason}"`,
      );
      expect(await answer.json()).toEqual({ message: "Unauthorized" });
    });

    it.each([
      ["of no scope", () => "openid"],
      ["of a scope for something else", () => (route.scopes.includes("orders/read") ? "orders/write" : "orders/read")],
    ])("is forbidden with a token %s", async (_, scope) => {
      const answer = await call(route, `Bearer ${await token({ scope: scope() })}`);
      expect(answer.status).toBe(403);
      expect(answer.headers.get("www-authenticate")).toBe(
        `Bearer scope="${route.scopes.join(" ")}" error="insufficient_scope" error_description="the token does not have any of the route's scopes"`,
      );
      expect(await answer.json()).toEqual({ message: "Forbidden" });
    });

    it.each(route.scopes)("is open to a token of the scope %s", async (scope) => {
      const { status } = await call(route, `Bearer ${await token({ scope, claims: { customer_id: "CUST-001" } })}`);
      expect([200, 400, 404]).toContain(status);
    });
  });
});

describe("another customer's order", () => {
  const laptop = { items: [{ item: "Laptop", quantity: 1 }] };
  const notFound = { status: 404, body: { error: "order_not_found" } };

  const placedBy = async (customer: string, key: string = randomUUID()) => {
    const placed = await started.orders.place(laptop, { token: await tokenOf(customer), key });
    expect(placed).toMatchObject({ status: 201, replayed: false, body: { customer_id: customer } });
    return { id: String(placed.body["order_id"]), key };
  };

  it("is not there to be read or cancelled, as if there were none", async () => {
    const { id } = await placedBy("CUST-001");
    const other = await tokenOf("CUST-002");
    const read = await started.orders.get(id, other);
    expect(read).toMatchObject(notFound);
    expect(await started.orders.cancel(id, other)).toMatchObject(notFound);
    // Word for word what is said of an order that never was.
    const missing = randomUUID();
    const never = await started.orders.get(missing, other);
    expect(JSON.stringify(read.body).replaceAll(id, missing)).toBe(JSON.stringify(never.body));
    expect(await started.orders.get(id, await tokenOf("CUST-001"))).toMatchObject({ status: 200 });
  });

  it("is not in one's own list, and nobody's list can be asked for", async () => {
    const { id } = await placedBy("CUST-001");
    const other = await tokenOf("CUST-003");
    const own = await started.orders.list({}, other);
    expect(own.status).toBe(200);
    expect(JSON.stringify(own.body)).not.toContain(id);
    expect(await started.orders.list({ customer_id: "CUST-001" }, other)).toMatchObject({
      status: 403,
      body: { error: "customer_mismatch" },
    });
  });

  it("is not replayed by its Idempotency-Key: that makes an order of one's own", async () => {
    const { id, key } = await placedBy("CUST-001");
    const own = await placedBy("CUST-002", key);
    expect(own.id).not.toBe(id);
    const replay = await started.orders.place(laptop, { token: await tokenOf("CUST-001"), key });
    expect(replay).toMatchObject({ status: 201, replayed: true, body: { order_id: id } });
  });

  it("cannot be placed, replayed or not, in that customer's name", async () => {
    const { key } = await placedBy("CUST-001");
    const options = { token: await tokenOf("CUST-002"), key };
    const answer = await started.orders.place({ customer_id: "CUST-001", ...laptop }, options);
    expect(answer).toMatchObject({ status: 403, replayed: false, body: { error: "customer_mismatch" } });
    expect(answer.body).not.toHaveProperty("order_id");
  });

  it("is open to a back end that acts for many", async () => {
    const { id } = await placedBy("CUST-001");
    const admin = await tokenOf("back-end", "orders/admin");
    expect(await started.orders.get(id, admin)).toMatchObject({ status: 200, body: { order_id: id } });
  });

  it("is not opened by a scope that only looks like the back end's", async () => {
    const { id } = await placedBy("CUST-001");
    const almost = await tokenOf("CUST-002", "orders/read orders/administrator other/orders/admin");
    expect(await started.orders.get(id, almost)).toMatchObject(notFound);
  });
});
