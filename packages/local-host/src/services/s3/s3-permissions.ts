import type { AccessControl } from "../../kernel/endpoint/access-control";
import { AwsError, type AwsRequest } from "../../kernel/endpoint/aws-service";
import type { ObjectStore } from "./object-store";
import { addressOf, copySourceOf, deletedBy, type ObjectAddress } from "./s3-address";

/** IAM actions of the S3 actions served, and whether they are on the object or on its bucket. */
const permissions: Readonly<Record<string, readonly [action: string, on: "object" | "bucket" | "all"]>> = {
  ListBuckets: ["ListAllMyBuckets", "all"],
  CreateBucket: ["CreateBucket", "bucket"],
  HeadBucket: ["ListBucket", "bucket"],
  DeleteBucket: ["DeleteBucket", "bucket"],
  GetBucketLocation: ["GetBucketLocation", "bucket"],
  GetBucketVersioning: ["GetBucketVersioning", "bucket"],
  GetBucketLifecycleConfiguration: ["GetLifecycleConfiguration", "bucket"],
  PutBucketLifecycleConfiguration: ["PutLifecycleConfiguration", "bucket"],
  ListObjects: ["ListBucket", "bucket"],
  ListObjectsV2: ["ListBucket", "bucket"],
  ListObjectVersions: ["ListBucketVersions", "bucket"],
  GetObject: ["GetObject", "object"],
  HeadObject: ["GetObject", "object"],
  GetObjectAttributes: ["GetObjectAttributes", "object"],
  PutObject: ["PutObject", "object"],
  CopyObject: ["PutObject", "object"],
  CreateMultipartUpload: ["PutObject", "object"],
  UploadPart: ["PutObject", "object"],
  CompleteMultipartUpload: ["PutObject", "object"],
  AbortMultipartUpload: ["AbortMultipartUpload", "object"],
  DeleteObject: ["DeleteObject", "object"],
  DeleteObjects: ["DeleteObject", "object"],
};

/**
 * The actions that are needed instead where a request names a version.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const ofVersions: Readonly<Record<string, string>> = {
  GetObject: "GetObjectVersion",
  GetObjectAttributes: "GetObjectVersionAttributes",
  DeleteObject: "DeleteObjectVersion",
};

const needed = (action: string, { versionId }: ObjectAddress): string =>
  `s3:${versionId === undefined ? action : (ofVersions[action] ?? action)}`;

const bucketArn = ({ bucket }: ObjectAddress): string => `arn:aws:s3:::${bucket}`;
const objectArn = ({ bucket, key }: ObjectAddress): string => `arn:aws:s3:::${bucket}/${key}`;

const isThere = (address: ObjectAddress, store: ObjectStore): boolean =>
  address.versionId === undefined || !store.versions.keeps(address.bucket)
    ? store.find(address) !== undefined
    : store.versions.find(address, address.versionId) !== undefined;

/** Throws unless the caller of a request may do all that it needs. */
export const checkS3Permissions = (request: AwsRequest, access: AccessControl, store: ObjectStore): void => {
  const { action, principal } = request;
  const permission = permissions[action];
  if (permission === undefined) {
    throw new AwsError(
      "NotImplemented",
      `The local host's s3 does not know ${action}. It knows ${Object.keys(permissions).join(", ")}.`,
      501,
    );
  }
  const [name, on] = permission;
  const address = addressOf(request);
  if (on === "all") access.check({ principal, action: `s3:${name}`, resourceArn: "*" });
  else if (on === "bucket") access.check({ principal, action: `s3:${name}`, resourceArn: bucketArn(address) });
  else {
    for (const each of action === "DeleteObjects" ? deletedBy(request, address.bucket) : [address]) {
      access.check({ principal, action: needed(name, each), resourceArn: objectArn(each) });
    }
  }
  // Who may not list a bucket is not told what it lacks.
  if (name === "GetObject" && !isThere(address, store)) {
    access.check({ principal, action: "s3:ListBucket", resourceArn: bucketArn(address) });
  }
  const source = copySourceOf(request);
  if (source !== undefined) {
    access.check({ principal, action: needed("GetObject", source), resourceArn: objectArn(source) });
  }
};
