import type { ResourceRule } from "../rule";
import { isSet, shown, unknown } from "../value";

export const routeIsAuthorized: ResourceRule = {
  name: "route-is-authorized",
  area: "Operated",
  reason: "A route without authorization does its work for everybody on the internet.",
  source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html",
  fix: "Set authorizationType to JWT, AWS_IAM or CUSTOM with an authorizer, or list the route in the setting `public`.",
  severity: "critical",
  settings: {
    public: {
      meaning: "Route keys that everybody may call.",
      default: ["GET /health", "GET /openapi.json"],
    },
  },
  types: ["aws:apigateway/method:Method", "aws:apigatewayv2/route:Route"],
  check: ({ type, label, properties }, { settings }) => {
    const rest = type === "aws:apigateway/method:Method";
    const routeKey = rest ? `${String(properties["httpMethod"])} of ${label}` : String(properties["routeKey"]);
    const kind = properties[rest ? "authorization" : "authorizationType"];
    // A preflight request carries no token.
    const open = routeKey.startsWith("OPTIONS ") || settings["public"]?.includes(routeKey) === true;
    if (open || kind === unknown || properties["apiKeyRequired"] === true) return [];
    if (!isSet(kind) || kind === "NONE") {
      return [
        `route ${routeKey} lets everybody in: its authorization is ${shown(kind)}. Set it to JWT with an authorizer, or list the route in the rule's setting public.`,
      ];
    }
    return kind === "AWS_IAM" || isSet(properties["authorizerId"])
      ? []
      : [`route ${routeKey} has the authorization ${shown(kind)} and no authorizer. Set authorizerId.`];
  },
};
