import type { HostContext } from "../../kernel/host-context";
import type { AccessLog } from "./access-log";
import type { Exchange } from "./exchange";
import type { GatewayAnswer } from "./gateway-answer";

/** AWS publishes every metric per API and per stage, and per route where a stage asks for detailed metrics. */
function dimensionsOf(exchange: Exchange): readonly Readonly<Record<string, string>>[] {
  const ApiId = exchange.api.id;
  const Stage = exchange.stage.name;
  const route = exchange.match?.route;
  const detailed = route !== undefined && exchange.stage.settingsOf(route.key)?.detailedMetricsEnabled === true;
  return [
    { ApiId },
    { ApiId, Stage },
    ...(detailed ? [{ ApiId, Stage, Method: route.method ?? "$default", Resource: route.path ?? "$default" }] : []),
  ];
}

const levelOf = (status: number): "info" | "warn" | "error" =>
  status >= 500 ? "error" : status >= 400 ? "warn" : "info";

/** Metrics, access log line and event of a request that was answered. */
export function recordExchange(
  { calls, events }: HostContext,
  exchange: Exchange,
  answer: GatewayAnswer,
  accessLog: AccessLog | undefined,
): void {
  const latency = performance.now() - exchange.startedAt;
  const responseBytes = Buffer.byteLength(answer.body);
  const { integration, match } = exchange;
  for (const dimensions of dimensionsOf(exchange)) {
    const record = (name: string, value: number, unit: string): void =>
      calls.recordMetric("AWS/ApiGateway", name, dimensions, value, unit);
    record("Count", 1, "Count");
    // 0 counts too: the average is the error rate.
    record("4xx", answer.status >= 400 && answer.status < 500 ? 1 : 0, "Count");
    record("5xx", answer.status >= 500 ? 1 : 0, "Count");
    record("Latency", latency, "Milliseconds");
    if (integration !== undefined) record("IntegrationLatency", integration.latency, "Milliseconds");
    record("DataProcessed", exchange.requestBytes + responseBytes, "Bytes");
  }
  if (accessLog !== undefined) {
    calls.writeLog(accessLog.logGroup, accessLog.line({ exchange, answer, responseBytes, latency }));
  }
  const error = integration?.error ?? exchange.authorizerError ?? answer.error?.message;
  events.publish({
    level: levelOf(answer.status),
    resource: exchange.api.name,
    what: answer.status === 429 ? "throttled" : "answered",
    detail: {
      requestId: exchange.requestId,
      method: exchange.method,
      path: exchange.rawPath,
      routeKey: match?.route.key ?? "-",
      status: answer.status,
      milliseconds: Number(latency.toFixed(1)),
      ...(error === undefined ? {} : { error }),
    },
  });
}
