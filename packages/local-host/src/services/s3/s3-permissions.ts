import type { AccessControl } from "../../kernel/endpoint/access-control";
import { AwsError, type AwsRequest } from "../../kernel/endpoint/aws-service";
import { deletedBy } from "./delete-objects";
import type { ObjectStore } from "./object-store";
import { serviceItself } from "./s3-action";
import { copySourceOf, type ObjectAddress } from "./s3-address";
import { methodNotAllowed } from "./s3-call";

/** IAM actions of the S3 actions served, and whether they are on the object or on its bucket. */
const permissions = {
  ListBuckets: ["ListAllMyBuckets", "all"],
  CreateBucket: ["CreateBucket", "bucket"],
  HeadBucket: ["ListBucket", "bucket"],
  DeleteBucket: ["DeleteBucket", "bucket"],
  GetBucketLocation: ["GetBucketLocation", "bucket"],
  GetBucketVersioning: ["GetBucketVersioning", "bucket"],
  GetBucketLifecycleConfiguration: ["GetLifecycleConfiguration", "bucket"],
  PutBucketLifecycleConfiguration: ["PutLifecycleConfiguration", "bucket"],
  DeleteBucketLifecycle: ["PutLifecycleConfiguration", "bucket"],
  ListMultipartUploads: ["ListBucketMultipartUploads", "bucket"],
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
  UploadPartCopy: ["PutObject", "object"],
  CompleteMultipartUpload: ["PutObject", "object"],
  AbortMultipartUpload: ["AbortMultipartUpload", "object"],
  ListParts: ["ListMultipartUploadParts", "object"],
  DeleteObject: ["DeleteObject", "object"],
  DeleteObjects: ["DeleteObject", "object"],
} as const satisfies Readonly<Record<string, readonly [action: string, on: "object" | "bucket" | "all"]>>;

/** What S3 does here. */
export type S3Action = keyof typeof permissions;

const isServed = (action: string): action is S3Action => Object.hasOwn(permissions, action);

/** @throws AwsError NotImplemented, with the name of what is not done here */
export const servedAction = ({ action, headers }: Pick<AwsRequest, "action" | "headers">): S3Action => {
  if (action === "UploadPart" && headers["x-amz-copy-source"] !== undefined) return "UploadPartCopy";
  if (isServed(action)) return action;
  if (action === serviceItself) throw methodNotAllowed();
  throw new AwsError(
    "NotImplemented",
    `The local host's s3 does not know ${action}. It knows ${Object.keys(permissions).join(", ")}.`,
    501,
  );
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
  (address.versionId === undefined ? store.object(address) : store.find(address, address.versionId)) !== undefined;

/** What is checked of a request. */
export interface AskedOfS3 extends Pick<AwsRequest, "principal" | "headers" | "body"> {
  readonly action: S3Action;
  readonly address: ObjectAddress;
}

/** Throws unless the caller of a request may do all that it needs. */
export const checkS3Permissions = (
  asked: AskedOfS3,
  { access, store }: { readonly access: AccessControl; readonly store: ObjectStore },
): void => {
  const { action, principal, address } = asked;
  const [name, on] = permissions[action];
  if (on === "all") access.check({ principal, action: `s3:${name}`, resourceArn: "*" });
  else if (on === "bucket") access.check({ principal, action: `s3:${name}`, resourceArn: bucketArn(address) });
  else {
    for (const each of action === "DeleteObjects" ? deletedBy(asked, address.bucket) : [address]) {
      access.check({ principal, action: needed(name, each), resourceArn: objectArn(each) });
    }
  }
  // Without permission to list a bucket, a caller does not learn that an object is missing.
  if (name === "GetObject" && !isThere(address, store)) {
    access.check({ principal, action: "s3:ListBucket", resourceArn: bucketArn(address) });
  }
  const source = copySourceOf(asked);
  if (source !== undefined) {
    access.check({ principal, action: needed("GetObject", source), resourceArn: objectArn(source) });
  }
};
