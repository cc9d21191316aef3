import { list, object, type Properties } from "./properties";

/** A Pulumi resource that CloudFormation declares inside another. */
export interface CloudFormationPart {
  /** The other's Pulumi type. */
  readonly of: string;
  /** The input that names the other, and the output of the other that it equals. */
  readonly by: readonly [input: string, output: string];
  readonly shape: (inputs: Properties) => Properties;
}

const ofBucket = (shape: CloudFormationPart["shape"]): CloudFormationPart => ({
  of: "aws:s3/bucket:Bucket",
  by: ["bucket", "bucket"],
  shape: ({ bucket: _, ...inputs }) => shape(inputs),
});

const lifecycleRule = ({ filter, expiration, ...rule }: Properties): Properties => ({
  ...rule,
  prefix: object(filter)["prefix"],
  ...(expiration === undefined ? {} : { expirationInDays: object(expiration)["days"] }),
});

const queueConfiguration = ({ events, queueArn, filterPrefix }: Properties): Properties[] =>
  // The input is a list of strings, as @pulumi/aws declares it.
  ((events ?? []) as readonly string[]).map((event) => ({
    event,
    queue: queueArn,
    filter: { s3Key: { rules: [{ name: "prefix", value: filterPrefix }] } },
  }));

export const cloudFormationParts: Readonly<Record<string, CloudFormationPart>> = {
  "aws:cloudwatch/eventTarget:EventTarget": {
    of: "aws:cloudwatch/eventRule:EventRule",
    by: ["rule", "name"],
    shape: ({ rule, eventBusName: _, ...inputs }) => ({ targets: [{ id: rule, ...inputs }] }),
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ofBucket((inputs) => ({
    lifecycleConfiguration: { rules: list(inputs["rules"]).map(lifecycleRule) },
  })),
  "aws:s3/bucketLogging:BucketLogging": ofBucket(({ targetBucket, targetPrefix }) => ({
    loggingConfiguration: { destinationBucketName: targetBucket, logFilePrefix: targetPrefix },
  })),
  "aws:s3/bucketNotification:BucketNotification": ofBucket((inputs) => ({
    notificationConfiguration: { queueConfigurations: list(inputs["queues"]).flatMap(queueConfiguration) },
  })),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ofBucket((inputs) => ({
    ownershipControls: { rules: [inputs["rule"]] },
  })),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ofBucket((inputs) => ({
    publicAccessBlockConfiguration: inputs,
  })),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": ofBucket((inputs) => ({
    bucketEncryption: {
      serverSideEncryptionConfiguration: list(inputs["rules"]).map(
        ({ applyServerSideEncryptionByDefault: byDefault, ...rule }) => ({
          ...rule,
          serverSideEncryptionByDefault: {
            SSEAlgorithm: object(byDefault)["sseAlgorithm"],
            KMSMasterKeyID: object(byDefault)["kmsMasterKeyId"],
          },
        }),
      ),
    },
  })),
  "aws:s3/bucketVersioning:BucketVersioning": ofBucket((inputs) => inputs),
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": {
    of: "aws:sqs/queue:Queue",
    by: ["queueUrl", "url"],
    shape: ({ redriveAllowPolicy }) => ({ redriveAllowPolicy: JSON.parse(String(redriveAllowPolicy)) }),
  },
};
