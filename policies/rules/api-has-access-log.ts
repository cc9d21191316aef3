import type { ResourceRule } from "../rule";
import { at, isSet } from "../value";

export const apiHasAccessLog: ResourceRule = {
  name: "api-has-access-log",
  area: "Operated",
  reason: "Without an access log nobody can say which requests came in and how they were answered.",
  source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html",
  fix: "Set accessLogSettings with a log group's ARN and a format.",
  severity: "medium",
  types: ["aws:apigateway/stage:Stage", "aws:apigatewayv2/stage:Stage"],
  check: ({ label, properties }) =>
    isSet(at(properties["accessLogSettings"], "destinationArn"))
      ? []
      : [
          `${label} has no access log: nobody can say how a request was answered. Set accessLogSettings with a log group's ARN.`,
        ],
};
