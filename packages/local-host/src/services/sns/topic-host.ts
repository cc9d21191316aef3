import { createHash } from "node:crypto";
import { join } from "node:path";
import * as z from "zod";
import type { ActionService } from "../../kernel/endpoint/aws-service";
import type { HostContext } from "../../kernel/host-context";
import type { ResourceNode } from "../../kernel/program/resource-graph";
import type { ResourceHost } from "../../kernel/resource-host";
import type { Queues } from "../sqs/queues";
import { deliveries } from "./deliver-notification";
import type { Deliveries } from "./delivery";
import { Outbox } from "./outbox";
import { subscriptionType, topicPolicyType, topicType } from "./resource-types";
import { snsService } from "./sns-service";
import type { Subscription } from "./subscription";
import { TopicStore } from "./topic-store";
import { Topics } from "./topics";

const asText = (value: unknown): string =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);

const topicAttributes = (node: ResourceNode): Readonly<Record<string, string>> => {
  const inputs = topicType.read(node);
  return {
    ...(inputs.displayName === undefined ? {} : { DisplayName: inputs.displayName }),
    ...(inputs.policy === undefined ? {} : { Policy: asText(inputs.policy) }),
    ...(inputs.fifoTopic === true ? { FifoTopic: "true" } : {}),
    ...(inputs.contentBasedDeduplication === true ? { ContentBasedDeduplication: "true" } : {}),
  };
};

const declaredSubscription = (node: ResourceNode): Subscription => {
  const inputs = subscriptionType.read(node);
  const arn = node.outputs["arn"];
  return {
    arn:
      typeof arn === "string"
        ? arn
        : `${inputs.topic}:${createHash("sha256").update(node.urn).digest("hex").slice(0, 32)}`,
    topicArn: inputs.topic,
    protocol: inputs.protocol,
    endpoint: inputs.endpoint,
    attributes: {
      ...(inputs.filterPolicy === undefined ? {} : { FilterPolicy: asText(inputs.filterPolicy) }),
      ...(inputs.filterPolicyScope === undefined ? {} : { FilterPolicyScope: inputs.filterPolicyScope }),
      ...(inputs.rawMessageDelivery === true ? { RawMessageDelivery: "true" } : {}),
      ...(inputs.redrivePolicy === undefined ? {} : { RedrivePolicy: asText(inputs.redrivePolicy) }),
      ...(inputs.deliveryPolicy === undefined ? {} : { DeliveryPolicy: asText(inputs.deliveryPolicy) }),
    },
    declared: true,
  };
};

export interface TopicHost extends ResourceHost {
  readonly service: ActionService;
  readonly topics: Topics;
}

export interface TopicNeeds {
  readonly queues: Queues;
  /** Deliveries by protocol, for what is not built in, or in place of it. */
  readonly deliveries?: Deliveries;
}

/** The program's SNS topics. */
export const topicHost = (context: HostContext, { queues, deliveries: more = {} }: TopicNeeds): TopicHost => {
  const outbox = new Outbox(join(context.dataDir, "outbox"));
  const stopping = new AbortController();
  const topics = new Topics({
    context,
    queues,
    deliveries: deliveries(context, queues, { outbox, stopping: stopping.signal }, more),
    store: new TopicStore(join(context.dataDir, "messaging")),
  });
  return {
    topics,
    service: snsService(topics),
    calls: {
      publish: async (principal, topicArn, message) => {
        await topics.publish(principal, topicArn, message);
      },
    },
    start: async () => {
      for (const node of topicType.in(context.graph)) {
        topics.provision(z.string().parse(node.outputs["name"]), topicAttributes(node), true);
      }
      for (const node of topicPolicyType.in(context.graph)) {
        const { arn, policy } = topicPolicyType.read(node);
        topics.setTopicAttribute(topics.topic(arn), "Policy", asText(policy));
      }
      for (const node of subscriptionType.in(context.graph)) {
        try {
          topics.subscribe(declaredSubscription(node));
        } catch (error) {
          throw new Error(`${node.urn}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    },
    stop: async () => {
      stopping.abort();
      await topics.settled();
    },
  };
};
