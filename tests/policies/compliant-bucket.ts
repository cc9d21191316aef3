import type { Fixture } from "./fixture";
import { document, keyArn, tlsOnly } from "./fixture-resources";

/** A bucket that keeps every rule. */
export const compliantBucket: Fixture = [
  {
    type: "aws:s3/bucket:Bucket",
    name: "drop",
    inputs: { bucket: "drop" },
    added: { arn: "arn:aws:s3:::drop", id: "drop-1" },
  },
  {
    type: "aws:s3/bucketVersioning:BucketVersioning",
    name: "drop-versions",
    inputs: { bucket: "drop-1", versioningConfiguration: { status: "Enabled" } },
  },
  {
    type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    name: "drop-block",
    inputs: {
      bucket: "drop-1",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
  },
  {
    type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    name: "drop-encryption",
    inputs: {
      bucket: "drop-1",
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn } }],
    },
  },
  {
    type: "aws:s3/bucketPolicy:BucketPolicy",
    name: "drop-policy",
    inputs: { bucket: "drop-1", policy: document(tlsOnly("arn:aws:s3:::drop")) },
  },
];
