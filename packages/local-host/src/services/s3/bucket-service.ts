import type { AccessControl } from "../../kernel/endpoint/access-control";
import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type AwsService,
  type RestApi,
} from "../../kernel/endpoint/aws-service";
import { bucketLocation, bucketVersioning, deletions, objectVersions } from "./bucket-answers";
import type { BucketNotifications } from "./bucket-notification";
import { type ObjectStore, pathOf } from "./object-store";
import type { ObjectPlace } from "./object-versions";
import { s3Action } from "./s3-action";
import { addressOf, copySourceOf, deletedBy, type ObjectAddress } from "./s3-address";
import { checkS3Permissions } from "./s3-permissions";
import { type Removal, VersionedObjects, withHeaders } from "./versioned-objects";

const reads = ["GetObject", "HeadObject", "GetObjectAttributes"];

const eventNames: Readonly<Record<string, string>> = {
  PutObject: "ObjectCreated:Put",
  CopyObject: "ObjectCreated:Copy",
  CompleteMultipartUpload: "ObjectCreated:CompleteMultipartUpload",
  DeleteObject: "ObjectRemoved:Delete",
  DeleteObjects: "ObjectRemoved:Delete",
};

/** S3: permissions, conditional writes, versions and notifications around the object store. */
export class BucketService implements AwsService {
  readonly service = "s3";
  readonly rest: RestApi = {
    protocol: "s3",
    // Any path that no other service knows is a bucket's.
    claims: (path) => path !== "/",
    action: ({ method, path, query, headers }) => s3Action(method, path, query, headers),
  };
  private readonly store: ObjectStore;
  private readonly versioned: VersionedObjects;
  private readonly access: AccessControl;
  private readonly notifications: BucketNotifications;
  /** What is being done with each object, so that a condition holds, and a version stays where it is, until it is done. */
  private readonly inProgress = new Map<string, Promise<unknown>>();

  constructor(store: ObjectStore, access: AccessControl, notifications: BucketNotifications) {
    this.store = store;
    this.versioned = new VersionedObjects(store);
    this.access = access;
    this.notifications = notifications;
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    const address = addressOf(request);
    const { action } = request;
    checkS3Permissions(request, this.access, this.store);
    if (address.bucket !== "" && action !== "CreateBucket" && !this.store.hasBucket(address.bucket)) {
      throw new AwsError("NoSuchBucket", `The specified bucket does not exist: ${address.bucket}`, 404);
    }
    const keepsVersions = this.store.versions.keeps(address.bucket);
    switch (action) {
      case "GetBucketLocation":
        return bucketLocation();
      case "GetBucketVersioning":
        return bucketVersioning(keepsVersions);
      case "ListObjectVersions":
        return objectVersions(request, address.bucket, this.store.versions);
      case "DeleteBucket":
        this.assertNoVersions(address.bucket);
        break;
      case "DeleteObject":
        if (keepsVersions) return this.deleteVersion(request, address);
        break;
      case "DeleteObjects":
        if (keepsVersions) return this.deleteVersions(request, address.bucket);
    }
    if (reads.includes(action)) return this.inTurn([address], () => this.versioned.read(request, address));
    const eventName = eventNames[action];
    return eventName === undefined ? this.store.handle(request) : this.change(request, address, eventName);
  }

  private change(request: AwsRequest, address: ObjectAddress, eventName: string): Promise<AwsResponse> {
    const source = copySourceOf(request);
    return this.inTurn(source === undefined ? [address] : [address, source], async () => {
      this.assertCondition(request, address);
      const answer = await (source === undefined ? this.store.handle(request) : this.versioned.copy(request, source));
      if (answer.status >= 300) return answer;
      const { versions } = this.store;
      const versionId = versions.keeps(address.bucket) ? versions.latest(address)?.id : undefined;
      const changed = request.action === "DeleteObjects" ? deletedBy(request, address.bucket) : [address];
      for (const each of changed) await this.notify(eventName, each, versionId);
      return versionId === undefined ? answer : withHeaders(answer, { "x-amz-version-id": versionId });
    });
  }

  private async deleteVersion(request: AwsRequest, address: ObjectAddress): Promise<AwsResponse> {
    const { versionId, isDeleteMarker } = await this.remove(address, () => this.assertCondition(request, address));
    const headers = { "x-amz-version-id": versionId, ...(isDeleteMarker ? { "x-amz-delete-marker": "true" } : {}) };
    return { status: 204, headers, body: "" };
  }

  private async deleteVersions(request: AwsRequest, bucket: string): Promise<AwsResponse> {
    const named = deletedBy(request, bucket);
    const outcomes = await Promise.allSettled(named.map((address) => this.remove(address)));
    return deletions(request, named, outcomes);
  }

  private remove(address: ObjectAddress, assert = (): void => undefined): Promise<Removal> {
    return this.inTurn([address], async () => {
      assert();
      const removal = this.versioned.remove(address);
      if (removal.eventName !== undefined) await this.notify(removal.eventName, address, removal.versionId);
      return removal;
    });
  }

  private notify(name: string, { bucket, key }: ObjectPlace, versionId: string | undefined): Promise<void> {
    const { size, etag } = this.store.find({ bucket, key }) ?? { size: 0, etag: "" };
    return this.notifications.notify({ name, bucket, key, size, etag, versionId });
  }

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
  private assertCondition({ headers }: AwsRequest, address: ObjectAddress): void {
    const existing = this.store.find(address);
    const [ifNoneMatch, ifMatch] = [headers["if-none-match"], headers["if-match"]];
    const failed = new AwsError(
      "PreconditionFailed",
      "At least one of the pre-conditions you specified did not hold",
      412,
    );
    if (ifNoneMatch === "*" && existing !== undefined) throw failed;
    if (ifMatch === undefined) return;
    if (existing === undefined) throw new AwsError("NoSuchKey", "The specified key does not exist.", 404);
    if (existing.etag.replaceAll('"', "") !== ifMatch.replaceAll('"', "")) throw failed;
  }

  private assertNoVersions(bucket: string): void {
    if (this.store.versions.list(bucket, "", { key: "", id: undefined }, 1).length === 0) return;
    throw new AwsError("BucketNotEmpty", "The bucket has versions of objects: delete all of them first.", 409);
  }

  /** In one order for all, so that no two wait for each other. */
  private inTurn<T>(objects: readonly ObjectPlace[], act: () => Promise<T>): Promise<T> {
    const paths = [...new Set(objects.map(pathOf))].sort();
    return paths.reduce((next, path) => () => this.afterOthers(path, next), act)();
  }

  private async afterOthers<T>(path: string, act: () => Promise<T>): Promise<T> {
    const before = this.inProgress.get(path);
    const mine = (async () => {
      await before?.catch(() => undefined);
      return act();
    })();
    this.inProgress.set(path, mine);
    try {
      return await mine;
    } finally {
      if (this.inProgress.get(path) === mine) this.inProgress.delete(path);
    }
  }
}
