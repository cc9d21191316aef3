import type { AccessControl } from "../endpoint/access-control";
import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from "../endpoint/aws-service";
import type { BucketNotifications } from "./bucket-notification";
import type { ObjectStore } from "./object-store";

/** IAM actions of the S3 actions served, and whether they are on the object or on its bucket. */
const permissions: Readonly<Record<string, readonly [action: string, on: "object" | "bucket" | "all"]>> = {
  ListBuckets: ["ListAllMyBuckets", "all"],
  CreateBucket: ["CreateBucket", "bucket"],
  HeadBucket: ["ListBucket", "bucket"],
  DeleteBucket: ["DeleteBucket", "bucket"],
  GetBucketLocation: ["GetBucketLocation", "bucket"],
  GetBucketLifecycleConfiguration: ["GetLifecycleConfiguration", "bucket"],
  PutBucketLifecycleConfiguration: ["PutLifecycleConfiguration", "bucket"],
  ListObjects: ["ListBucket", "bucket"],
  ListObjectsV2: ["ListBucket", "bucket"],
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

const eventNames: Readonly<Record<string, string>> = {
  PutObject: "ObjectCreated:Put",
  CopyObject: "ObjectCreated:Copy",
  CompleteMultipartUpload: "ObjectCreated:CompleteMultipartUpload",
  DeleteObject: "ObjectRemoved:Delete",
  DeleteObjects: "ObjectRemoved:Delete",
};

const bucketAndKey = (url: string): { readonly bucket: string; readonly key: string } => {
  const path = decodeURIComponent((url.split("?")[0] ?? "").slice(1));
  const slash = path.indexOf("/");
  return slash < 0 ? { bucket: path, key: "" } : { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
};

const keysIn = (body: Buffer): readonly string[] =>
  [...body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = ""]) =>
    key
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&apos;", "'")
      .replaceAll("&amp;", "&"),
  );

/** S3: permissions, conditional writes and notifications around the object store. */
export class BucketService implements AwsService {
  readonly service = "s3";
  private readonly store: ObjectStore;
  private readonly access: AccessControl;
  private readonly notifications: BucketNotifications;
  /** The write in progress of each object, so that a condition holds until the write is done. */
  private readonly writing = new Map<string, Promise<unknown>>();

  constructor(store: ObjectStore, access: AccessControl, notifications: BucketNotifications) {
    this.store = store;
    this.access = access;
    this.notifications = notifications;
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    const { bucket, key } = bucketAndKey(request.url);
    this.check(request, bucket, key);
    if (request.action === "GetBucketLocation") return location(this.store.hasBucket(bucket), bucket);
    const eventName = eventNames[request.action];
    if (eventName === undefined) return this.store.handle(request);
    return this.inTurn(`${bucket}/${key}`, async () => {
      this.assertCondition(request, bucket, key);
      const answer = await this.store.handle(request);
      if (answer.status < 300) {
        for (const changed of request.action === "DeleteObjects" ? keysIn(request.body) : [key]) {
          const { size, etag } = this.store.find(bucket, changed) ?? { size: 0, etag: "" };
          await this.notifications.notify({ name: eventName, bucket, key: changed, size, etag });
        }
      }
      return answer;
    });
  }

  private check({ action, principal, headers, body, url }: AwsRequest, bucket: string, key: string): void {
    const permission = permissions[action];
    if (permission === undefined) {
      throw new AwsError(
        "NotImplemented",
        `The local host's s3 does not know ${action}. It knows ${Object.keys(permissions).join(", ")}.`,
        501,
      );
    }
    const [name, on] = permission;
    const keys = action === "DeleteObjects" ? keysIn(body) : [key];
    const arns = {
      all: ["*"],
      bucket: [`arn:aws:s3:::${bucket}`],
      object: keys.map((each) => `arn:aws:s3:::${bucket}/${each}`),
    }[on];
    const reads = name === "GetObject";
    const needed = reads && /[?&]versionId=/.test(url) ? "GetObjectVersion" : name;
    for (const resourceArn of arns) this.access.check({ principal, action: `s3:${needed}`, resourceArn });
    // Who may not list a bucket is not told what it lacks.
    if (reads && this.store.find(bucket, key) === undefined) {
      this.access.check({ principal, action: "s3:ListBucket", resourceArn: `arn:aws:s3:::${bucket}` });
    }
    const source = headers["x-amz-copy-source"];
    if (source !== undefined) {
      const resourceArn = `arn:aws:s3:::${decodeURIComponent(source).replace(/^\//, "")}`;
      this.access.check({ principal, action: "s3:GetObject", resourceArn });
    }
  }

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
  private assertCondition({ headers }: AwsRequest, bucket: string, key: string): void {
    const existing = this.store.find(bucket, key);
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

  private async inTurn<T>(object: string, act: () => Promise<T>): Promise<T> {
    const before = this.writing.get(object);
    const mine = (async () => {
      await before?.catch(() => undefined);
      return act();
    })();
    this.writing.set(object, mine);
    try {
      return await mine;
    } finally {
      if (this.writing.get(object) === mine) this.writing.delete(object);
    }
  }
}

const location = (exists: boolean, bucket: string): AwsResponse => {
  if (!exists) throw new AwsError("NoSuchBucket", `The specified bucket does not exist: ${bucket}`, 404);
  return {
    status: 200,
    headers: { "content-type": "application/xml" },
    body: '<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>',
  };
};
