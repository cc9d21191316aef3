import { createHash } from "node:crypto";
import { join } from "node:path";
import * as z from "zod";
import type { AwsService, ResourceHost } from "../../kernel/endpoint/aws-service";
import { readInputs } from "../../kernel/endpoint/read-inputs";
import type { HostContext } from "../../kernel/host-context";
import { type ResourceNode, resourcesOf } from "../../kernel/program/resource-graph";
import type { Queues } from "../sqs/queues";
import { deliveries } from "./deliver-notification";
import type { Deliveries } from "./delivery";
import { Outbox } from "./outbox";
import { snsService } from "./sns-service";
import type { Subscription } from "./subscription";
import { TopicStore } from "./topic-store";
import { Topics } from "./topics";

const types = {
  topic: "aws:sns/topic:Topic",
  policy: "aws:sns/topicPolicy:TopicPolicy",
  subscription: "aws:sns/topicSubscription:TopicSubscription",
} as const;

const text = z.union([z.string(), z.record(z.string(), z.unknown())]).optional();
const flag = z.boolean().optional();

const asText = (value: unknown): string =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);

/** Encryption, tracing and delivery logs make no difference on a laptop. */
const ignoredOfTopic = [
  "name",
  "namePrefix",
  "kmsMasterKeyId",
  "tracingConfig",
  "signatureVersion",
  ...["application", "firehose", "http", "lambda", "sqs"].flatMap((protocol) => [
    `${protocol}FailureFeedbackRoleArn`,
    `${protocol}SuccessFeedbackRoleArn`,
    `${protocol}SuccessFeedbackSampleRate`,
  ]),
];

const topicAttributes = (node: ResourceNode): Readonly<Record<string, string>> => {
  const shape = { displayName: z.string().optional(), policy: text, fifoTopic: flag, contentBasedDeduplication: flag };
  const inputs = readInputs(node, shape, ignoredOfTopic);
  return {
    ...(inputs.displayName === undefined ? {} : { DisplayName: inputs.displayName }),
    ...(inputs.policy === undefined ? {} : { Policy: asText(inputs.policy) }),
    ...(inputs.fifoTopic === true ? { FifoTopic: "true" } : {}),
    ...(inputs.contentBasedDeduplication === true ? { ContentBasedDeduplication: "true" } : {}),
  };
};

const subscriptionShape = {
  topic: z.string(),
  protocol: z.enum(["sqs", "lambda", "email", "email-json", "http", "https", "sms", "application", "firehose"]),
  endpoint: z.string(),
  filterPolicy: text,
  filterPolicyScope: z.enum(["MessageAttributes", "MessageBody"]).optional(),
  rawMessageDelivery: flag,
  redrivePolicy: text,
  deliveryPolicy: text,
};

const declaredSubscription = (node: ResourceNode): Subscription => {
  const ignored = ["confirmationTimeoutInMinutes", "endpointAutoConfirms", "subscriptionRoleArn"];
  const inputs = readInputs(node, subscriptionShape, ignored);
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
  readonly service: AwsService;
  readonly topics: Topics;
}

/**
 * The program's SNS topics.
 * @param more deliveries by protocol, for what is not built in, or in place of it
 */
export const topicHost = (context: HostContext, queues: Queues, more: Deliveries = {}): TopicHost => {
  const outbox = new Outbox(join(context.dataDir, "outbox"));
  const stopping = new AbortController();
  const topics = new Topics({
    context,
    queues,
    deliveries: deliveries(context, queues, { outbox, stopping: stopping.signal }, more),
    store: new TopicStore(join(context.dataDir, "messaging")),
  });
  return {
    hosts: Object.values(types),
    topics,
    service: snsService(topics),
    start: async () => {
      for (const node of resourcesOf(context.graph, types.topic)) {
        topics.provision(z.string().parse(node.outputs["name"]), topicAttributes(node), true);
      }
      for (const node of resourcesOf(context.graph, types.policy)) {
        const { arn, policy } = readInputs(node, { arn: z.string(), policy: text });
        topics.setTopicAttribute(topics.topic(arn), "Policy", asText(policy));
      }
      for (const node of resourcesOf(context.graph, types.subscription)) {
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
