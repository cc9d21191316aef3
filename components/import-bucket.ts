import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { importBucket } from "../runtime/file-import/import-bucket";
import type { Grant } from "./building-blocks/grant";
import { denyInsecureTransport, policyDocument } from "./building-blocks/policy-document";
import type { ReceivingQueue } from "./building-blocks/receiving-queue";
import type { Platform } from "./platform";

export interface ImportBucketArgs {
  readonly platform: Platform;
  /** The bucket that S3 writes access logs to. Default: no access logs. */
  readonly accessLogBucket?: string | undefined;
}

/** Days that uploads and reports are kept, earlier versions of them, and the progress of imports. */
const keptDays = { files: 90, earlierVersions: 30, progress: 30 } as const;

/** The bucket for files of orders: uploads in `incoming/`, a report on each in `reports/`. */
export class ImportBucket extends pulumi.ComponentResource {
  readonly bucket: s3.Bucket;
  readonly name: pulumi.Output<string>;
  private readonly logicalName: string;
  private readonly accountId: pulumi.Input<string>;

  constructor(
    name: string,
    { platform, accessLogBucket }: ImportBucketArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("order-pipeline:index:ImportBucket", name, {}, options);
    const child = { parent: this };
    const { key, protect, accountId } = platform;
    this.logicalName = name;
    this.accountId = accountId;
    // Without protection the stack is destroyed with the files and all their versions; AWS deletes no bucket that has any.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html
    this.bucket = new s3.Bucket(name, { forceDestroy: !protect }, { ...child, protect });
    this.name = this.bucket.bucket;
    const bucket = this.name;
    new s3.BucketOwnershipControls(name, { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }, child);
    const versioning = new s3.BucketVersioning(name, { bucket, versioningConfiguration: { status: "Enabled" } }, child);
    new s3.BucketServerSideEncryptionConfiguration(
      name,
      {
        bucket,
        rules: [
          key === undefined
            ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
            : {
                applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
                bucketKeyEnabled: true,
              },
        ],
      },
      child,
    );
    const publicAccess = new s3.BucketPublicAccessBlock(
      name,
      { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      child,
    );
    const statements = [denyInsecureTransport("s3:*", [this.bucket.arn, pulumi.interpolate`${this.bucket.arn}/*`])];
    // S3 refuses two changes of a bucket's access at the same time.
    new s3.BucketPolicy(name, { bucket, policy: policyDocument(statements) }, { ...child, dependsOn: publicAccess });
    new s3.BucketLifecycleConfiguration(
      name,
      {
        bucket,
        rules: [
          expireAfter("files", "", keptDays.files),
          expireAfter("progress", importBucket.progress, keptDays.progress),
          {
            id: "earlier-versions",
            status: "Enabled",
            filter: { prefix: "" },
            noncurrentVersionExpiration: { noncurrentDays: keptDays.earlierVersions },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
          },
        ],
      },
      { ...child, dependsOn: versioning },
    );
    if (accessLogBucket !== undefined) {
      // S3 delivers the logs of many buckets to one; each has a folder of its own there.
      const targetPrefix = pulumi.interpolate`${bucket}/`;
      new s3.BucketLogging(name, { bucket, targetBucket: accessLogBucket, targetPrefix }, child);
    }
    this.registerOutputs({ name: this.name, statements });
  }

  /** Notifies a queue of every file that is uploaded to `incoming/`, and allows S3 in the queue's policy. */
  to(queue: ReceivingQueue): void {
    // With the account, since a bucket's ARN does not contain it.
    queue.allow({ service: "s3.amazonaws.com", sourceArn: this.bucket.arn, sourceAccount: this.accountId });
    new s3.BucketNotification(
      this.logicalName,
      {
        bucket: this.name,
        queues: [{ queueArn: queue.arn, events: ["s3:ObjectCreated:*"], filterPrefix: importBucket.incoming }],
      },
      // S3 sends a test message when this is created, so the queue's policy must exist.
      { parent: this, dependsOn: queue.policy },
    );
  }

  /** To read uploads, to report on them, and to keep the progress of imports. */
  grantImport(): readonly Grant[] {
    const { incoming, reports, progress } = importBucket;
    const under = (prefix: string) => pulumi.interpolate`${this.bucket.arn}/${prefix}*`;
    return [
      // Only ever the version that a notification names.
      { actions: ["s3:GetObjectVersion"], resources: [under(incoming)] },
      { actions: ["s3:GetObject"], resources: [under(progress)] },
      { actions: ["s3:PutObject"], resources: [under(reports), under(progress)] },
      { actions: ["s3:AbortMultipartUpload"], resources: [under(reports)] },
      // Without it S3 says "access denied" of an object that is not there.
      { actions: ["s3:ListBucket"], resources: [this.bucket.arn] },
    ];
  }
}

const expireAfter = (id: string, prefix: string, days: number) => ({
  id,
  status: "Enabled",
  filter: { prefix },
  expiration: { days },
});
