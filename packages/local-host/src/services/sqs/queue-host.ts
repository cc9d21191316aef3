import { join } from "node:path";
import * as z from "zod";
import type { AwsService, ResourceHost } from "../../kernel/endpoint/aws-service";
import { readInputs } from "../../kernel/endpoint/read-inputs";
import type { HostContext } from "../../kernel/host-context";
import { type ResourceNode, resourcesOf } from "../../kernel/program/resource-graph";
import { MessageMoveTasks } from "./message-move-tasks";
import type { Attributes } from "./queue-attributes";
import { QueueStore } from "./queue-store";
import { Queues } from "./queues";
import { sqsService } from "./sqs-service";

const types = {
  queue: "aws:sqs/queue:Queue",
  policy: "aws:sqs/queuePolicy:QueuePolicy",
  redrive: "aws:sqs/redrivePolicy:RedrivePolicy",
  redriveAllow: "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
} as const;

const number = z.number().optional();
const flag = z.boolean().optional();
/** A policy may be given as text or as the document itself. */
const policy = z.union([z.string(), z.record(z.string(), z.unknown())]).optional();

const shape = {
  visibilityTimeoutSeconds: number,
  delaySeconds: number,
  maxMessageSize: number,
  messageRetentionSeconds: number,
  receiveWaitTimeSeconds: number,
  redrivePolicy: policy,
  redriveAllowPolicy: policy,
  policy,
  fifoQueue: flag,
  contentBasedDeduplication: flag,
  deduplicationScope: z.string().optional(),
  fifoThroughputLimit: z.string().optional(),
  kmsMasterKeyId: z.string().optional(),
  kmsDataKeyReusePeriodSeconds: number,
  sqsManagedSseEnabled: flag,
};

/** Pulumi's names and the API's. */
const attributeNames: Readonly<Record<keyof typeof shape, string>> = {
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
  const inputs = readInputs(node, shape, ["name", "namePrefix"]);
  return Object.fromEntries(
    Object.entries(attributeNames).flatMap(([property, name]) => {
      const value = Object.entries(inputs).find(([key]) => key === property)?.[1];
      return value === undefined ? [] : [[name, asText(value)]];
    }),
  );
};

/** What QueuePolicy, RedrivePolicy and RedriveAllowPolicy resources add to a queue, by the queue's URL. */
const satellites = (context: HostContext): ReadonlyMap<string, Attributes> => {
  const added = new Map<string, Attributes>();
  const add = (type: string, property: "policy" | "redrivePolicy" | "redriveAllowPolicy", name: string) => {
    for (const node of resourcesOf(context.graph, type)) {
      const inputs = readInputs(node, { queueUrl: z.string(), [property]: policy });
      const url = String(inputs["queueUrl"]);
      added.set(url, { ...added.get(url), [name]: asText(inputs[property]) });
    }
  };
  add(types.policy, "policy", "Policy");
  add(types.redrive, "redrivePolicy", "RedrivePolicy");
  add(types.redriveAllow, "redriveAllowPolicy", "RedriveAllowPolicy");
  return added;
};

export interface QueueHost extends ResourceHost {
  readonly service: AwsService;
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
  });
  return {
    hosts: Object.values(types),
    queues,
    service: sqsService(queues, new MessageMoveTasks(queues)),
    start: async () => {
      const added = satellites(context);
      const provisioned = resourcesOf(context.graph, types.queue).map((node) => {
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
