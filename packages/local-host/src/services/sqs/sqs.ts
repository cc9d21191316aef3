import type { Service } from "../../kernel/service";
import { type QueueHost, queueHost } from "./queue-host";
import { sqsDeclaration } from "./resource-types";

export const sqs: Service<QueueHost> = {
  ...sqsDeclaration,
  host: (context) => queueHost(context),
};
