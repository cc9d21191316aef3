import type { StackRule } from "../rule";

export const functionTimeoutFitsApi: StackRule = {
  name: "function-timeout-fits-api",
  area: "Operated",
  reason:
    "A function that works on when its API has given up does work whose answer nobody gets, and the caller tries again.",
  source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html",
  fix: "Set the function's timeout below the integration's timeoutMilliseconds.",
  severity: "medium",
  checkStack: (stack) =>
    stack.of("aws:apigatewayv2/integration:Integration").flatMap((integration) =>
      stack.referredBy(integration, "integrationUri", "aws:lambda/function:Function").flatMap((resource) => {
        // Defaults: API Gateway waits for 30 seconds, Lambda gives a function 3.
        const waits = integration.properties["timeoutMilliseconds"] ?? 30_000;
        const timeout = resource.properties["timeout"] ?? 3;
        return typeof waits !== "number" || typeof timeout !== "number" || timeout * 1_000 <= waits
          ? []
          : [
              {
                resource,
                message: `${resource.label} may take ${timeout} seconds and ${integration.label} waits for ${waits / 1_000}: the caller gets an error for work that is done. Set timeout to ${Math.floor(waits / 1_000)} or less.`,
              },
            ];
      }),
    ),
};
