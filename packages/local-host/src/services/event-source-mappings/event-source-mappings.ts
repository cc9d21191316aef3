import type { Service } from "../../kernel/service";
import { dynamodb } from "../dynamodb/dynamodb";
import { lambda } from "../lambda/lambda";
import { sqs } from "../sqs/sqs";
import { type EventSourceHost, eventSourceHost } from "./event-source-host";
import { eventSourceMappingsDeclaration } from "./resource-types";

export const eventSourceMappings: Service<EventSourceHost> = {
  ...eventSourceMappingsDeclaration,
  host: (context, hosts) =>
    eventSourceHost(context, {
      functionAt: hosts.of(lambda).functionAt,
      queues: hosts.of(sqs).queues,
      tableStreams: hosts.of(dynamodb).streams,
    }),
};
