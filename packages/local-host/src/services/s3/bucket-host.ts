import { join } from "node:path";
import * as z from "zod";
import type { AwsService, ResourceHost } from "../../kernel/endpoint/aws-service";
import type { Principal } from "../../kernel/endpoint/principal";
import { readInputs } from "../../kernel/endpoint/read-inputs";
import type { HostContext } from "../../kernel/host-context";
import { resourcesOf } from "../../kernel/program/resource-graph";
import type { Topics } from "../sns/topics";
import type { Queues } from "../sqs/queues";
import { BucketNotifications, notificationRules } from "./bucket-notification";
import { BucketService } from "./bucket-service";
import { ObjectStore } from "./object-store";

const bucketTypes = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];
const versioningTypes = ["aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2"];
const notificationType = "aws:s3/bucketNotification:BucketNotification";

/**
 * What has no effect on this machine: nothing is public, nothing is encrypted, nothing is moved or removed by age.
 * Policies are read by the access control.
 */
const accountedFor = [
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
  "aws:s3/bucketPolicy:BucketPolicy",
];

const ignoredOfBucket = [
  "bucket",
  "bucketPrefix",
  "bucketNamespace",
  "forceDestroy",
  "acl",
  "grants",
  "lifecycleRules",
  "logging",
  "policy",
  "serverSideEncryptionConfiguration",
];

const bucketShape = { versioning: z.object({ enabled: z.boolean().optional() }).optional() };

/** Suspended versioning overwrites versions that have no id. */
const versioningShape = {
  bucket: z.string(),
  versioningConfiguration: z.object({
    status: z.enum(["Enabled", "Disabled"], 'must be "Enabled" or "Disabled"; versioning cannot be suspended here'),
  }),
};

export interface BucketHost extends ResourceHost {
  readonly service: AwsService;
  /** ServiceCalls.putObject. */
  putObject(principal: Principal, bucketArn: string, key: string, body: string): Promise<void>;
}

/** The program's S3 buckets, kept in `<dataDir>/buckets`. Queues and topics must be there first. */
export const bucketHost = (context: HostContext, queues: Queues, topics: Topics): BucketHost => {
  const store = new ObjectStore(join(context.dataDir, "buckets"));
  const notifications = new BucketNotifications(context, queues, topics);
  const service = new BucketService({ store, region: context.graph.region, access: context.access, notifications });
  return {
    hosts: [...bucketTypes, ...versioningTypes, notificationType, ...accountedFor],
    service,
    putObject: (principal, bucketArn, key, body) => {
      const bucket = bucketArn.split(":::").at(-1) ?? bucketArn;
      const content = { headers: { "content-type": "application/json" }, body: Buffer.from(body) };
      return service.putObject(principal, { bucket, key }, content);
    },
    start: async () => {
      const made = new Set<string>();
      for (const node of bucketTypes.flatMap((type) => resourcesOf(context.graph, type))) {
        const { versioning } = readInputs(node, bucketShape, ignoredOfBucket);
        const bucket = z.string().parse(node.outputs["bucket"] ?? node.id);
        if (!store.hasBucket(bucket)) made.add(bucket);
        store.createBucket(bucket);
        if (versioning?.enabled === true) store.keepVersions(bucket);
      }
      for (const node of versioningTypes.flatMap((type) => resourcesOf(context.graph, type))) {
        const { bucket, versioningConfiguration } = readInputs(node, versioningShape, ["expectedBucketOwner"]);
        if (versioningConfiguration.status === "Enabled") store.keepVersions(bucket);
      }
      for (const node of resourcesOf(context.graph, notificationType)) {
        const { bucket, rules } = notificationRules(node);
        notifications.set(bucket, rules);
        if (made.has(bucket)) await notifications.announce(bucket);
      }
    },
    stop: async () => store.close(),
  };
};
