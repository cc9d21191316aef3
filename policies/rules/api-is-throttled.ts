import type { ResourceRule } from "../rule";
import { at, shown, unknown } from "../value";

export const apiIsThrottled: ResourceRule = {
  name: "api-is-throttled",
  area: "Operated",
  reason: "Without a limit of its own one caller can use up the account's limit of all APIs in the region.",
  source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html",
  fix: "Set defaultRouteSettings with throttlingRateLimit and throttlingBurstLimit.",
  severity: "high",
  types: ["aws:apigatewayv2/stage:Stage"],
  check: ({ label, properties }) =>
    ["throttlingRateLimit", "throttlingBurstLimit"].flatMap((limit) => {
      const value = at(properties["defaultRouteSettings"], limit);
      return value === unknown || (typeof value === "number" && value > 0)
        ? []
        : [
            `${label} has no limit of its own: defaultRouteSettings.${limit} is ${shown(value)}. Set it to what the functions behind it can take.`,
          ];
    }),
};
