import { add, remove, set } from "./fixture";
import type { RuleCase } from "./rule-case";

export const apiCases: readonly RuleCase[] = [
  {
    rule: "route-is-authorized",
    breaks: "a route that lets everybody in",
    change: set("post-orders", { authorizationType: "NONE", authorizerId: undefined }),
    finds: {
      "post-orders":
        'route POST /orders lets everybody in: its authorization is "NONE". Set it to JWT with an authorizer, or list the route in the rule\'s setting public.',
    },
  },
  {
    rule: "route-is-authorized",
    breaks: "a route with authorization and no authorizer",
    change: set("post-orders", { authorizerId: undefined }),
    finds: { "post-orders": 'route POST /orders has the authorization "JWT" and no authorizer. Set authorizerId.' },
  },
  {
    rule: "route-is-authorized",
    breaks: "a method of a REST API that lets everybody in",
    change: add({
      type: "aws:apigateway/method:Method",
      name: "list",
      inputs: { httpMethod: "GET", authorization: "NONE" },
    }),
    finds: {
      list: 'route GET of method list lets everybody in: its authorization is "NONE". Set it to JWT with an authorizer, or list the route in the rule\'s setting public.',
    },
  },
  {
    rule: "api-is-throttled",
    breaks: "a stage without a rate limit",
    change: set("stage", { defaultRouteSettings: { throttlingBurstLimit: 200 } }),
    finds: {
      stage:
        "stage $default has no limit of its own: defaultRouteSettings.throttlingRateLimit is not set. Set it to what the functions behind it can take.",
    },
  },
  {
    rule: "api-has-alarm",
    breaks: "an API without an alarm on its failures",
    change: remove("api-fails"),
    finds: {
      api: "api api has no alarm on its failures: it can answer 5xx to everything, unseen. Declare a MetricAlarm on AWS/ApiGateway 5xx with it as ApiId.",
    },
  },
  {
    rule: "api-has-alarm",
    breaks: "an alarm on what callers did wrong",
    change: set("api-fails", { metricName: "4xx" }),
    finds: {
      api: "api api has no alarm on its failures: it can answer 5xx to everything, unseen. Declare a MetricAlarm on AWS/ApiGateway 5xx with it as ApiId.",
    },
  },
  {
    rule: "api-has-alarm",
    breaks: "a REST API without an alarm",
    change: add({ type: "aws:apigateway/restApi:RestApi", name: "shop", inputs: { name: "shop" } }),
    finds: {
      shop: "rest api shop has no alarm on its failures: it can answer 5xx to everything, unseen. Declare a MetricAlarm on AWS/ApiGateway 5XXError with it as ApiName.",
    },
  },
];
