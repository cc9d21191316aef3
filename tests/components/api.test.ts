import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { beforeAll, describe, expect, it } from "vitest";
import { resource, stackGraph } from "../support/stack-graph";

let graph: ResourceGraph;

beforeAll(async () => {
  graph = await stackGraph("dev");
});

const routes: Readonly<Record<string, { readonly function: string; readonly scopes?: readonly string[] }>> = {
  "POST /orders": { function: "orders-place-order", scopes: ["orders/write", "orders/admin"] },
  "GET /orders": { function: "orders-list-orders", scopes: ["orders/read", "orders/admin"] },
  "GET /orders/{order_id}": { function: "orders-get-order", scopes: ["orders/read", "orders/admin"] },
  "POST /orders/{order_id}/cancellation": { function: "orders-cancel-order", scopes: ["orders/write", "orders/admin"] },
  "GET /health": { function: "orders-describe-api" },
  "GET /openapi.json": { function: "orders-describe-api" },
};

describe("the API", () => {
  it("asks for a token with the right scope on every route but the two public ones", () => {
    const authorizer = resource(graph, "aws:apigatewayv2/authorizer:Authorizer", "orders-api");
    const declared = graph.resources
      .filter(({ type }) => type === "aws:apigatewayv2/route:Route")
      .map(({ inputs }) => inputs);
    expect(declared).toHaveLength(Object.keys(routes).length);
    for (const [routeKey, { scopes }] of Object.entries(routes)) {
      expect(declared.find((inputs) => inputs["routeKey"] === routeKey)).toMatchObject(
        scopes === undefined
          ? { authorizationType: "NONE" }
          : { authorizationType: "JWT", authorizerId: authorizer.id, authorizationScopes: scopes },
      );
    }
  });

  it("may invoke each function for its own route only", () => {
    const { executionArn } = resource(graph, "aws:apigatewayv2/api:Api", "orders-api").outputs;
    const permissions = graph.resources
      .filter(({ type }) => type === "aws:lambda/permission:Permission")
      .map(({ inputs }) => inputs);
    const expected = Object.entries(routes).map(([key, { function: name }]) => ({
      action: "lambda:InvokeFunction",
      function: resource(graph, "aws:lambda/function:Function", name).outputs["name"],
      principal: "apigateway.amazonaws.com",
      sourceArn: `${String(executionArn)}/*/${key.replace(" ", "")}`,
    }));
    expect(permissions).toHaveLength(expected.length);
    expect(permissions).toEqual(expect.arrayContaining(expected));
  });

  it("throttles writing below reading, each route for itself", () => {
    const { inputs } = resource(graph, "aws:apigatewayv2/stage:Stage", "orders-api");
    expect(inputs).toMatchObject({ name: "$default", autoDeploy: true });
    expect(inputs["defaultRouteSettings"]).toMatchObject({ throttlingRateLimit: 1_000, throttlingBurstLimit: 2_000 });
    expect(inputs["routeSettings"]).toEqual(
      Object.keys(routes).map((routeKey) => ({
        routeKey,
        throttlingRateLimit: routeKey.startsWith("POST") ? 500 : 1_000,
        throttlingBurstLimit: routeKey.startsWith("POST") ? 1_000 : 2_000,
        detailedMetricsEnabled: true,
      })),
    );
  });

  it("writes an access log without personal data", () => {
    const { accessLogSettings } = resource(graph, "aws:apigatewayv2/stage:Stage", "orders-api").inputs as {
      accessLogSettings: { destinationArn: string; format: string };
    };
    const log = resource(graph, "aws:cloudwatch/logGroup:LogGroup", "orders-api-access");
    expect(accessLogSettings.destinationArn).toBe(log.outputs["arn"]);
    expect(Object.keys(JSON.parse(accessLogSettings.format))).toEqual([
      "request_id",
      "time",
      "route",
      "status",
      "latency_ms",
      "integration_latency_ms",
      "response_bytes",
      "error",
      "integration_error",
      "authorizer_error",
    ]);
    expect(accessLogSettings.format).not.toMatch(/sourceIp|userAgent|claims/);
  });

  it("allows pages of the configured origins, and has no CORS without origins", async () => {
    expect(resource(graph, "aws:apigatewayv2/api:Api", "orders-api").inputs["corsConfiguration"]).toEqual({
      allowOrigins: ["http://localhost:5173"],
      allowMethods: ["GET", "POST"],
      allowHeaders: ["authorization", "content-type", "idempotency-key"],
      exposeHeaders: ["location", "idempotent-replayed"],
      maxAge: 3600,
    });
    const prod = await stackGraph("prod");
    expect(resource(prod, "aws:apigatewayv2/api:Api", "orders-api").inputs).toEqual({ protocolType: "HTTP" });
  });
});

describe("who the API believes", () => {
  it("is a user pool of its own, whose back end may get a token for every scope", () => {
    const pool = resource(graph, "aws:cognito/userPool:UserPool", "orders-identity");
    const client = resource(graph, "aws:cognito/userPoolClient:UserPoolClient", "orders-identity-back-end");
    expect(resource(graph, "aws:apigatewayv2/authorizer:Authorizer", "orders-api").inputs).toMatchObject({
      authorizerType: "JWT",
      identitySources: ["$request.header.Authorization"],
      jwtConfiguration: { issuer: `https://${String(pool.outputs["endpoint"])}`, audiences: [client.id] },
    });
    expect(client.inputs).toMatchObject({
      generateSecret: true,
      allowedOauthFlows: ["client_credentials"],
      allowedOauthScopes: ["orders/read", "orders/write", "orders/admin"],
    });
  });

  it("is an issuer of the user's own when one is set, and then there is no user pool", async () => {
    const own = await stackGraph("prod", { auth: '{"issuer":"https://issuer.shop.internal","audience":["orders"]}' });
    expect(resource(own, "aws:apigatewayv2/authorizer:Authorizer", "orders-api").inputs["jwtConfiguration"]).toEqual({
      issuer: "https://issuer.shop.internal",
      audiences: ["orders"],
    });
    expect(own.resources.filter(({ type }) => type.startsWith("aws:cognito/"))).toEqual([]);
    expect(own.outputs["token_endpoint"]).toBeUndefined();
  });
});
