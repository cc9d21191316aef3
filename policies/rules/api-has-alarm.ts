import { isWatched, type Metric } from "../alarms";
import type { StackRule } from "../rule";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html for REST APIs. */
const failures: Readonly<Record<string, Metric>> = {
  "aws:apigateway/restApi:RestApi": { namespace: "AWS/ApiGateway", names: ["5XXError"], dimension: "ApiName" },
  "aws:apigatewayv2/api:Api": { namespace: "AWS/ApiGateway", names: ["5xx"], dimension: "ApiId" },
};

export const apiHasAlarm: StackRule = {
  name: "api-has-alarm",
  area: "Operated",
  reason:
    "An API can answer 5xx to everything while its functions report no error: they are throttled, time out or are not reached at all.",
  source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html",
  fix: "Declare a MetricAlarm on AWS/ApiGateway 5xx with the API's id as ApiId; for a REST API on 5XXError with its name as ApiName.",
  severity: "high",
  checkStack: (stack) =>
    Object.entries(failures).flatMap(([type, metric]) =>
      stack
        .of(type)
        .filter((api) => api.properties["protocolType"] !== "WEBSOCKET" && !isWatched(stack, api, metric))
        .map((resource) => ({
          resource,
          message: `${resource.label} has no alarm on its failures: it can answer 5xx to everything, unseen. Declare a MetricAlarm on AWS/ApiGateway ${metric.names.join(", ")} with it as ${metric.dimension}.`,
        })),
    ),
};
