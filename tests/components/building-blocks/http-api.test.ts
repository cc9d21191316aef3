import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { beforeAll, describe, expect, it } from "vitest";
import { resource } from "../../support/stack-graph";
import { photoGraph, readerOf } from "./photo-graph";

let graph: ResourceGraph;
let declared: ReturnType<typeof readerOf>;

beforeAll(async () => {
  graph = await photoGraph();
  declared = readerOf(graph);
});

const route = (name: string) => resource(graph, "aws:apigatewayv2/route:Route", name).inputs;

describe("an HTTP API", () => {
  it("asks for a token with the given scope, and for none on a public route", () => {
    expect(route("album-api-get-albums-album_id")).toMatchObject({
      routeKey: "GET /albums/{album_id}",
      authorizationType: "JWT",
      authorizationScopes: ["albums/read"],
    });
    expect(route("album-api-post-albums")).toMatchObject({ routeKey: "POST /albums", authorizationType: "NONE" });
    expect(route("album-api-post-albums")).not.toHaveProperty("authorizerId");
    expect(resource(graph, "aws:apigatewayv2/authorizer:Authorizer", "album-api").inputs["jwtConfiguration"]).toEqual({
      issuer: "https://login.example/",
      audiences: ["albums"],
    });
  });

  it("allows pages of the given origins with the given headers", () => {
    expect(resource(graph, "aws:apigatewayv2/api:Api", "album-api").inputs["corsConfiguration"]).toEqual({
      allowOrigins: ["https://album.example"],
      allowMethods: ["GET", "POST"],
      allowHeaders: ["authorization"],
      exposeHeaders: [],
      maxAge: 3_600,
    });
  });

  it("throttles each route by its own limits, and keeps its access log for the given days", () => {
    const { routeSettings } = resource(graph, "aws:apigatewayv2/stage:Stage", "album-api").inputs;
    expect(routeSettings).toEqual([
      {
        routeKey: "GET /albums/{album_id}",
        throttlingRateLimit: 5,
        throttlingBurstLimit: 10,
        detailedMetricsEnabled: true,
      },
      { routeKey: "POST /albums", throttlingRateLimit: 1, throttlingBurstLimit: 2, detailedMetricsEnabled: true },
    ]);
    expect(declared.inputs("logGroup", "album-api-access")).toEqual({
      retentionInDays: 7,
      name: "/aws/vendedlogs/http-apis/album-api-test",
    });
  });

  it("sets off an alarm after more than 5 answers of 5xx in 5 minutes", () => {
    expect(declared.inputs("alarm", "album-api-fails")).toMatchObject({
      namespace: "AWS/ApiGateway",
      metricName: "5xx",
      statistic: "Sum",
      threshold: 5,
      period: 300,
    });
  });
});
