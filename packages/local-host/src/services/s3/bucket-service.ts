import type { AccessControl } from "../../kernel/endpoint/access-control";
import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type AwsService,
  type RestApi,
} from "../../kernel/endpoint/aws-service";
import type { Principal } from "../../kernel/endpoint/principal";
import {
  bucketLocation,
  bucketVersioning,
  createBucket,
  deleteBucket,
  deleteLifecycle,
  headBucket,
  lifecycle,
  listBuckets,
  putLifecycle,
} from "./bucket-actions";
import type { BucketNotifications } from "./bucket-notification";
import { completeMultipartUpload } from "./complete-multipart-upload";
import { deleteObject, deleteObjects } from "./delete-objects";
import { listObjects, listObjectsV2, listObjectVersions } from "./list-objects";
import { listMultipartUploads } from "./list-uploads";
import { abortMultipartUpload, createMultipartUpload, listParts, uploadPart, uploadPartCopy } from "./multipart-upload";
import type { ObjectStore } from "./object-store";
import { assertNotExpired } from "./presigned-url";
import { objectAttributes, readObject } from "./read-object";
import { s3Action } from "./s3-action";
import { addressOf, type ObjectAddress } from "./s3-address";
import type { S3Call } from "./s3-call";
import { checkS3Permissions, type S3Action, servedAction } from "./s3-permissions";
import type { ObjectPlace } from "./stored-object";
import { copyObject, putObject } from "./write-object";

const actions: Readonly<Record<S3Action, (call: S3Call) => AwsResponse | Promise<AwsResponse>>> = {
  ListBuckets: listBuckets,
  CreateBucket: createBucket,
  HeadBucket: headBucket,
  DeleteBucket: deleteBucket,
  GetBucketLocation: bucketLocation,
  GetBucketVersioning: bucketVersioning,
  GetBucketLifecycleConfiguration: lifecycle,
  PutBucketLifecycleConfiguration: putLifecycle,
  DeleteBucketLifecycle: deleteLifecycle,
  ListMultipartUploads: listMultipartUploads,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListObjectVersions: listObjectVersions,
  GetObject: (call) => readObject(call, { withContent: true }),
  HeadObject: (call) => readObject(call, { withContent: false }),
  GetObjectAttributes: objectAttributes,
  PutObject: putObject,
  CopyObject: copyObject,
  CreateMultipartUpload: createMultipartUpload,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
  ListParts: listParts,
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
};

export interface BucketServiceOptions {
  readonly store: ObjectStore;
  readonly region: string;
  readonly access: AccessControl;
  readonly notifications: BucketNotifications;
}

/** S3: who may do what, and what is done. */
export class BucketService implements AwsService {
  readonly service = "s3";
  readonly rest: RestApi = {
    protocol: "s3",
    // Any path that no other service knows is a bucket's.
    claims: (path) => path !== "/",
    claimsTheRest: true,
    action: ({ method, path, query, headers }) => s3Action(method, path, query, headers),
  };
  private readonly options: BucketServiceOptions;

  constructor(options: BucketServiceOptions) {
    this.options = options;
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    const query = new URLSearchParams(request.url.split("?").slice(1).join("?"));
    assertNotExpired(query, Date.now());
    const action = servedAction(request);
    const address = addressOf(request);
    checkS3Permissions({ ...request, action, address }, this.options);
    if (action !== "ListBuckets" && action !== "CreateBucket") this.assertBucket(address);
    return actions[action](this.call(request, address, query));
  }

  /** PutObject for another service, in process. */
  async putObject(
    principal: Principal,
    place: ObjectPlace,
    content: Pick<AwsRequest, "headers" | "body">,
  ): Promise<void> {
    const address = { ...place, versionId: undefined };
    checkS3Permissions({ ...content, principal, action: "PutObject", address }, this.options);
    this.assertBucket(address);
    await putObject(this.call(content, address, new URLSearchParams()));
  }

  private call(request: S3Call["request"], address: ObjectAddress, query: URLSearchParams): S3Call {
    const { store, region, notifications } = this.options;
    return {
      request,
      address,
      query,
      store,
      region,
      notify: (name, { bucket, key, size, etag, id }) => {
        const versionId = store.keepsVersions(bucket) ? id : undefined;
        return notifications.notify({ name, bucket, key, size, etag, versionId });
      },
    };
  }

  private assertBucket({ bucket }: ObjectPlace): void {
    if (this.options.store.hasBucket(bucket)) return;
    throw new AwsError("NoSuchBucket", `The specified bucket does not exist: ${bucket}`, 404);
  }
}
