import * as z from "zod";
import { attachment, type Provision, physicalName } from "../../kernel/program/provision";
import type { ResourceNode } from "../../kernel/program/resource-graph";
import { passiveType, resourceType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";
import { bucketName } from "./bucket-name";

const provisionBucket: Provision = (resource, at) => {
  const name = physicalName(resource, "bucket");
  return {
    id: name,
    outputs: {
      bucket: name,
      arn: `arn:aws:s3:::${name}`,
      bucketDomainName: `${name}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${name}.s3.${at.region}.amazonaws.com`,
    },
  };
};

const bucketInputs = {
  shape: { versioning: z.object({ enabled: z.boolean().optional() }).optional() },
  withoutEffect: [
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
  ],
};

/** The second is the older name of the first; so with the others below. */
export const bucketTypes = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"].map((token) =>
  resourceType(token, provisionBucket, bucketInputs),
);

/** Suspended versioning overwrites versions that have no id. */
const versioningInputs = {
  shape: {
    bucket: z.string(),
    versioningConfiguration: z.object({
      status: z.enum(["Enabled", "Disabled"], 'must be "Enabled" or "Disabled"; versioning cannot be suspended here'),
    }),
  },
  withoutEffect: ["expectedBucketOwner"],
};

export const versioningTypes = [
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:s3/bucketVersioningV2:BucketVersioningV2",
].map((token) => resourceType(token, attachment, versioningInputs));

const notificationTarget = {
  id: z.string().optional(),
  events: z.array(z.string()),
  filterPrefix: z.string().optional(),
  filterSuffix: z.string().optional(),
};

export type NotificationTarget = z.output<z.ZodObject<typeof notificationTarget>>;

export const notificationType = resourceType("aws:s3/bucketNotification:BucketNotification", attachment, {
  shape: {
    bucket: z.string(),
    eventbridge: z.literal(false).optional(),
    queues: z.array(z.object({ ...notificationTarget, queueArn: z.string() })).default([]),
    topics: z.array(z.object({ ...notificationTarget, topicArn: z.string() })).default([]),
    lambdaFunctions: z.array(z.object({ ...notificationTarget, lambdaFunctionArn: z.string() })).default([]),
  },
  withoutEffect: [],
});

/**
 * What has no effect on this machine: nothing is public, nothing is encrypted, nothing is moved or removed by age.
 * Policies and keys are read by the access control.
 */
const passiveBucketTypes = [
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
  "aws:s3/bucketLogging:BucketLogging",
  "aws:s3/bucketLoggingV2:BucketLoggingV2",
].map((token) => passiveType(token, attachment));

const policyType = passiveType("aws:s3/bucketPolicy:BucketPolicy", attachment);

const encryptionTypes = [
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
].map((token) => passiveType(token, attachment));

const bucketArn = ({ inputs }: ResourceNode): string => `arn:aws:s3:::${String(inputs["bucket"])}`;

export const s3Declaration: ServiceDeclaration = {
  name: "s3",
  names: bucketTypes.map(({ token: type }) => ({
    type,
    property: "bucket",
    atLeast: 3,
    atMost: 63,
    pattern: bucketName,
    of: "lower-case letters, digits, dots and hyphens, with a letter or digit at both ends",
    page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
  })),
  types: [...bucketTypes, ...versioningTypes, notificationType, policyType, ...encryptionTypes, ...passiveBucketTypes],
  access: {
    policies: [...bucketTypes.map((type) => ({ type })), { type: policyType, arn: bucketArn }],
    parts: /^(arn:aws:s3:::[^/]*)\//,
    encryption: {
      types: encryptionTypes.map((type) => ({
        type,
        key: "rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId",
        arn: bucketArn,
      })),
      // Parts of an upload are put together with the key that they were written with, so that a write reads as well.
      keyActions: {
        "s3:GetObject": ["kms:Decrypt"],
        "s3:GetObjectVersion": ["kms:Decrypt"],
        "s3:PutObject": ["kms:GenerateDataKey", "kms:Decrypt"],
      },
      disabledError: "KMS.DisabledException",
    },
    refusals: { s3: { code: "AccessDenied", status: 403, resource: (arn) => `"${arn}"` } },
  },
};
