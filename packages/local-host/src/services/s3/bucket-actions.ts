import { AwsError, type AwsResponse } from "../../kernel/endpoint/aws-service";
import { bucketName } from "./bucket-name";
import type { S3Call } from "./s3-call";
import { element, xmlAnswer } from "./s3-xml";

const done = (status: number, headers: AwsResponse["headers"] = {}): AwsResponse => ({ status, headers, body: "" });

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export const listBuckets = ({ store }: S3Call): AwsResponse => {
  const buckets = store
    .buckets()
    .map(({ name, madeAt }) => `<Bucket>${element("Name", name)}${element("CreationDate", madeAt)}</Bucket>`);
  return xmlAnswer("ListAllMyBucketsResult", `<Owner><ID>local</ID></Owner><Buckets>${buckets.join("")}</Buckets>`);
};

/** One that exists already is the caller's own: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export const createBucket = ({ store, address: { bucket }, region }: S3Call): AwsResponse => {
  if (!bucketName.test(bucket)) throw new AwsError("InvalidBucketName", "The specified bucket is not valid.");
  if (store.hasBucket(bucket) && region !== "us-east-1") {
    throw new AwsError(
      "BucketAlreadyOwnedByYou",
      "Your previous request to create the named bucket succeeded and you already own it.",
      409,
    );
  }
  store.createBucket(bucket);
  return done(200, { location: `/${bucket}` });
};

export const headBucket = ({ region }: S3Call): AwsResponse => done(200, { "x-amz-bucket-region": region });

export const deleteBucket = ({ store, address: { bucket } }: S3Call): AwsResponse => {
  for (const _ of store.versions(bucket, "", { key: "", id: undefined })) {
    throw new AwsError(
      "BucketNotEmpty",
      `The bucket you tried to delete is not empty${store.keepsVersions(bucket) ? ": delete all versions of its objects first" : ""}.`,
      409,
    );
  }
  store.removeBucket(bucket);
  return done(204);
};

/** Of us-east-1 it is empty: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
export const bucketLocation = ({ region }: S3Call): AwsResponse =>
  xmlAnswer("LocationConstraint", region === "us-east-1" ? "" : region);

export const bucketVersioning = ({ store, address: { bucket } }: S3Call): AwsResponse =>
  xmlAnswer("VersioningConfiguration", element("Status", store.keepsVersions(bucket) ? "Enabled" : undefined));

export const lifecycle = ({ store, address: { bucket } }: S3Call): AwsResponse => {
  const body = store.lifecycle(bucket);
  if (body !== undefined) return { ...xmlAnswer("LifecycleConfiguration", ""), body };
  throw new AwsError("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", 404);
};

/** It is kept; nothing is moved or removed by age here. */
export const putLifecycle = ({ store, address: { bucket }, request }: S3Call): AwsResponse => {
  store.setLifecycle(bucket, request.body.toString());
  return done(200);
};

export const deleteLifecycle = ({ store, address: { bucket } }: S3Call): AwsResponse => {
  store.setLifecycle(bucket, null);
  return done(204);
};
