import { describe, expect, it } from "vitest";
import { declaredApis } from "../src/services/api-gateway/declared-api";
import { type ApiShape, apiNodes, graphOf, node } from "./http-api-fixture";

const reading = (shape: ApiShape) => () => declaredApis(graphOf(apiNodes(shape)));

const limits = { throttlingBurstLimit: 1, throttlingRateLimit: 1 };

describe("what an HTTP API declares", () => {
  it("is accepted with every property that is supported or has no effect here", () => {
    const read = reading({
      api: { description: "the shop's", tags: { team: "shop" }, corsConfiguration: { allowOrigins: ["*"] } },
      stage: { routeSettings: [{ routeKey: "GET /greeting", ...limits }], description: "all" },
      integration: { connectionType: "INTERNET", integrationMethod: "POST", timeoutMilliseconds: 50 },
    });
    expect(read).not.toThrow();
  });

  const refused: readonly [string, ApiShape, RegExp][] = [
    [
      "a WebSocket API",
      { api: { protocolType: "WEBSOCKET" } },
      /a1b2c3d4e5: the property protocolType is "WEBSOCKET", .* only HTTP APIs/,
    ],
    [
      "an API made from an OpenAPI document",
      { api: { body: "{}" } },
      /a1b2c3d4e5: the local host does not support the property body /,
    ],
    [
      "an API behind custom domains only",
      { api: { disableExecuteApiEndpoint: true } },
      /the property disableExecuteApiEndpoint is true, .* must be false/,
    ],
    [
      "credentials for any origin",
      { api: { corsConfiguration: { allowOrigins: ["*"], allowCredentials: true } } },
      /the property corsConfiguration is .* allowCredentials cannot be true/,
    ],
    [
      "a stage without deployments of its own",
      { stage: { autoDeploy: false } },
      /a1b2c3d4e5-stage: the property autoDeploy is false, .* must be true/,
    ],
    [
      "route settings without limits, which AWS reads as 0",
      { stage: { defaultRouteSettings: { detailedMetricsEnabled: true } } },
      /the property defaultRouteSettings.throttlingBurstLimit is .* is required beside/,
    ],
    [
      "settings of a route that is not there",
      { stage: { routeSettings: [{ routeKey: "GET /other", ...limits }] } },
      /names GET \/other, which is not a route of its API. Routes: GET \/greeting/,
    ],
    [
      "access logs to a delivery stream",
      { stage: { accessLogSettings: { destinationArn: "arn:aws:firehose:x:y:deliverystream/z", format: "" } } },
      /must be a log group's ARN/,
    ],
    [
      "IAM authorization",
      { routes: { "GET /a": { authorizationType: "AWS_IAM" } } },
      /route-0: the property authorizationType is "AWS_IAM", .* only NONE and JWT/,
    ],
    [
      "a route to no integration",
      { routes: { "GET /a": { target: "integrations/none" } } },
      /route-0: property target is integrations\/none/,
    ],
    [
      "a JWT route without its authorizer",
      { routes: { "GET /a": { authorizationType: "JWT" } } },
      /route-0: property authorizerId is undefined/,
    ],
    [
      "an HTTP integration",
      { integration: { integrationType: "HTTP_PROXY" } },
      /a1b2c3d4e5-greeter: the property integrationType is "HTTP_PROXY", .* only Lambda/,
    ],
    [
      "payload format 1.0",
      { integration: { payloadFormatVersion: "1.0" } },
      /the property payloadFormatVersion is "1.0", .* must be "2.0"/,
    ],
    [
      "a time limit over 30 s",
      { integration: { timeoutMilliseconds: 30_001 } },
      /the property timeoutMilliseconds is 30001/,
    ],
    [
      "parameter mapping",
      { integration: { requestParameters: { "overwrite:path": "/" } } },
      /does not support the property requestParameters /,
    ],
    [
      "an integration that names no function",
      { integration: { integrationUri: "https://example.com" } },
      /property integrationUri is "https:\/\/example.com", expected a Lambda/,
    ],
  ];

  it.each(refused)("is refused, by its URN and property: %s", (_, shape, message) => {
    expect(reading(shape)).toThrow(message);
  });

  it("is refused when a route belongs to no API of the program", () => {
    const stray = node("aws:apigatewayv2/route:Route", "stray", {
      apiId: "gone",
      routeKey: "GET /",
      target: "integrations/x",
    });
    expect(() => declaredApis(graphOf([...apiNodes(), stray]))).toThrow(/stray: property apiId is "gone"/);
  });
});
