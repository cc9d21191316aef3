import { join } from "node:path";
import * as z from "zod";
import type { ActionService } from "../../kernel/endpoint/aws-service";
import type { HostContext } from "../../kernel/host-context";
import type { ResourceGraph, ResourceNode } from "../../kernel/program/resource-graph";
import type { ResourceHost } from "../../kernel/resource-host";
import { MessageMoveTasks } from "./message-move-tasks";
import type { Attributes } from "./queue-attributes";
import { QueueStore } from "./queue-store";
import { Queues } from "./queues";
import { queuePolicyType, queueType, redriveAllowPolicyType, redrivePolicyType } from "./resource-types";
import { sqsService } from "./sqs-service";

/** Pulumi's names and the API's. */
const attributeNames: Readonly<Record<keyof ReturnType<typeof queueType.read>, string>> = {
  visibilityTimeoutSeconds: "VisibilityTimeout",
  delaySeconds: "DelaySeconds",
  maxMessageSize: "MaximumMessageSize",
  messageRetentionSeconds: "MessageRetentionPeriod",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  redrivePolicy: "RedrivePolicy",
  redriveAllowPolicy: "RedriveAllowPolicy",
  policy: "Policy",
  fifoQueue: "FifoQueue",
  contentBasedDeduplication: "ContentBasedDeduplication",
  deduplicationScope: "DeduplicationScope",
  fifoThroughputLimit: "FifoThroughputLimit",
  kmsMasterKeyId: "KmsMasterKeyId",
  kmsDataKeyReusePeriodSeconds: "KmsDataKeyReusePeriodSeconds",
  sqsManagedSseEnabled: "SqsManagedSseEnabled",
};

const asText = (value: unknown): string =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);

const declaredAttributes = (node: ResourceNode): Attributes => {
  const inputs = queueType.read(node);
  return Object.fromEntries(
    Object.entries(attributeNames).flatMap(([property, name]) => {
      const value = Object.entries(inputs).find(([key]) => key === property)?.[1];
      return value === undefined ? [] : [[name, asText(value)]];
    }),
  );
};

/** What QueuePolicy, RedrivePolicy and RedriveAllowPolicy resources add to a queue, by the queue's URL. */
const satellites = (graph: ResourceGraph): ReadonlyMap<string, Attributes> => {
  const added = new Map<string, Attributes>();
  const add = (queueUrl: string, name: string, value: unknown) =>
    added.set(queueUrl, { ...added.get(queueUrl), [name]: asText(value) });
  for (const node of queuePolicyType.in(graph)) {
    const { queueUrl, policy } = queuePolicyType.read(node);
    add(queueUrl, "Policy", policy);
  }
  for (const node of redrivePolicyType.in(graph)) {
    const { queueUrl, redrivePolicy } = redrivePolicyType.read(node);
    add(queueUrl, "RedrivePolicy", redrivePolicy);
  }
  for (const node of redriveAllowPolicyType.in(graph)) {
    const { queueUrl, redriveAllowPolicy } = redriveAllowPolicyType.read(node);
    add(queueUrl, "RedriveAllowPolicy", redriveAllowPolicy);
  }
  return added;
};

export interface QueueHost extends ResourceHost {
  readonly service: ActionService;
  readonly queues: Queues;
}

/** The program's SQS queues, in process, kept in `<dataDir>/messaging`. */
export const queueHost = (context: HostContext): QueueHost => {
  const queues = new Queues({
    region: context.graph.region,
    accountId: context.graph.accountId,
    awsEndpoint: context.awsEndpoint,
    access: context.access,
    store: new QueueStore(join(context.dataDir, "messaging")),
    clock: context.clock,
    sent: (QueueName) => context.calls.recordMetric("AWS/SQS", "NumberOfMessagesSent", { QueueName }, 1, "Count"),
  });
  return {
    queues,
    calls: {
      sendMessage: async (principal, queueArn, message) => {
        await queues.send(principal, queueArn, message);
      },
    },
    service: sqsService(queues, new MessageMoveTasks(queues, context.clock)),
    start: async () => {
      const added = satellites(context.graph);
      const provisioned = queueType.in(context.graph).map((node) => {
        const name = z.string().parse(node.outputs["name"]);
        const attributes = { ...declaredAttributes(node), ...added.get(node.id) };
        return { node, queue: queues.provision(name, attributes) };
      });
      for (const { node, queue } of provisioned) {
        try {
          queues.assertRedrive(queue, queue.attributes);
        } catch (error) {
          throw new Error(`${node.urn}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    },
    stop: async () => queues.stop(),
  };
};
