import type { ResourceRule } from "../rule";
import { at, itemsOf, shown, unknown } from "../value";

export const apiDemandsTls: ResourceRule = {
  name: "api-demands-tls",
  area: "Encryption",
  reason: "Requests over an old TLS version or none at all can be read and changed on their way.",
  source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-custom-domain-tls-version.html",
  fix: "Set a domain's securityPolicy to TLS_1_2 or later; use https in integrations and subscriptions.",
  severity: "high",
  types: [
    "aws:apigateway/domainName:DomainName",
    "aws:apigateway/integration:Integration",
    "aws:apigatewayv2/domainName:DomainName",
    "aws:apigatewayv2/integration:Integration",
    "aws:sns/topicSubscription:TopicSubscription",
  ],
  check: ({ type, label, properties }) => {
    if (type.endsWith(":DomainName")) {
      const configurations = type.startsWith("aws:apigatewayv2/")
        ? itemsOf(properties["domainNameConfiguration"])
        : [properties];
      return configurations
        .map((configuration) => at(configuration, "securityPolicy"))
        .filter((policy) => policy !== unknown && !/TLS_?1_[23]|TLS13/.test(String(policy)))
        .map(
          (policy) =>
            `${label} has the securityPolicy ${shown(policy)}: old versions of TLS are broken. Set it to TLS_1_2.`,
        );
    }
    const url = [properties["integrationUri"], properties["uri"], properties["endpoint"]].find(
      (value) => typeof value === "string" && value.startsWith("http://"),
    );
    return url === undefined
      ? []
      : [`${label} sends to ${String(url)} without TLS: it can be read on its way. Use https.`];
  },
};
