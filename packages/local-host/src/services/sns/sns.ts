import type { Service } from "../../kernel/service";
import { sqs } from "../sqs/sqs";
import { snsDeclaration } from "./resource-types";
import { type TopicHost, topicHost } from "./topic-host";

export const sns: Service<TopicHost> = {
  ...snsDeclaration,
  host: (context, hosts) => topicHost(context, { queues: hosts.of(sqs).queues }),
};
