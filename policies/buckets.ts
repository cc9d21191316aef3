import type { Stack, StackResource } from "./stack";

/** Both names that the AWS provider has had for a bucket. */
const bucketTypes = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];

export const bucketsOf = (stack: Stack): readonly StackResource[] => stack.of(...bucketTypes);

/** What a bucket is configured with: resources of their own that name it, under both names they have had. */
export const configurationsOf = (stack: Stack, bucket: StackResource, kind: string): readonly StackResource[] =>
  [kind, `${kind}V2`].flatMap((name) =>
    stack.referringTo(bucket, `aws:s3/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`, "bucket"),
  );
