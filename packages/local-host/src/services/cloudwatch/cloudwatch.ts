import type { Service } from "../../kernel/service";
import { logs } from "../logs/logs";
import { sqs } from "../sqs/sqs";
import { type MetricsHost, metricsHost } from "./metrics-host";
import { cloudwatchDeclaration } from "./resource-types";

export const cloudwatch: Service<MetricsHost> = {
  ...cloudwatchDeclaration,
  host: (context, hosts) => {
    const host = metricsHost(context, {
      // Asked for while the hosts run, when the queues are there.
      queueDepth: (queueArn) => hosts.of(sqs).queues.depth(queueArn),
    });
    hosts.of(logs).onLine(({ logGroup, message }) => {
      host.hearLogLine(message);
      const ofGroup = (metric: string, value: number, unit: string): void =>
        host.calls.recordMetric("AWS/Logs", metric, { LogGroupName: logGroup }, value, unit);
      ofGroup("IncomingBytes", Buffer.byteLength(message), "Bytes");
      ofGroup("IncomingLogEvents", 1, "None");
    });
    return host;
  },
};
