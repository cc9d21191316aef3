import { join } from "node:path";
import * as z from "zod";
import type { AwsService } from "../../kernel/endpoint/aws-service";
import type { ServiceCalls } from "../../kernel/endpoint/service-calls";
import type { HostContext } from "../../kernel/host-context";
import type { ResourceGraph, ResourceNode } from "../../kernel/program/resource-graph";
import type { ResourceHost } from "../../kernel/resource-host";
import type { Topics } from "../sns/topics";
import type { Queues } from "../sqs/queues";
import { BucketNotifications, notificationRules } from "./bucket-notification";
import { BucketService } from "./bucket-service";
import { ObjectStore } from "./object-store";
import { bucketTypes, notificationType, versioningTypes } from "./resource-types";

export interface BucketHost extends ResourceHost {
  readonly service: AwsService;
  readonly calls: Pick<ServiceCalls, "putObject">;
}

/** What notifications are sent to; it must be there first. */
export interface BucketNeeds {
  readonly queues: Queues;
  readonly topics: Topics;
}

/** The program's S3 buckets, kept in `<dataDir>/buckets`. */
export const bucketHost = (context: HostContext, { queues, topics }: BucketNeeds): BucketHost => {
  const store = new ObjectStore(join(context.dataDir, "buckets"));
  const notifications = new BucketNotifications(context, queues, topics);
  const service = new BucketService({ store, region: context.graph.region, access: context.access, notifications });
  const putObject: ServiceCalls["putObject"] = (principal, bucketArn, key, body) => {
    const bucket = bucketArn.split(":::").at(-1) ?? bucketArn;
    const content = { headers: { "content-type": "application/json" }, body: Buffer.from(body) };
    return service.putObject(principal, { bucket, key }, content);
  };
  return {
    service,
    calls: { putObject },
    start: async () => {
      const made = new Set<string>();
      for (const { type, node } of declared(context.graph, bucketTypes)) {
        const { versioning } = type.read(node);
        const bucket = z.string().parse(node.outputs["bucket"] ?? node.id);
        if (!store.hasBucket(bucket)) made.add(bucket);
        store.createBucket(bucket);
        if (versioning?.enabled === true) store.keepVersions(bucket);
      }
      for (const { type, node } of declared(context.graph, versioningTypes)) {
        const { bucket, versioningConfiguration } = type.read(node);
        if (versioningConfiguration.status === "Enabled") store.keepVersions(bucket);
      }
      for (const node of notificationType.in(context.graph)) {
        const { bucket, rules } = notificationRules(node);
        notifications.set(bucket, rules);
        if (made.has(bucket)) await notifications.announce(bucket);
      }
    },
    stop: async () => store.close(),
  };
};

interface Declares {
  in(graph: ResourceGraph): readonly ResourceNode[];
}

/** Resources of any of the types, each with its type. */
const declared = <Type extends Declares>(graph: ResourceGraph, types: readonly Type[]) =>
  types.flatMap((type) => type.in(graph).map((node) => ({ type, node })));
