import type { AwsRequest, AwsResponse } from "../../kernel/endpoint/aws-service";
import { type FauxqsApp, type FauxqsPersistence, type FauxqsStore, fauxqsModules } from "./fauxqs";
import { earlierVersions, type ObjectPlace, ObjectVersions } from "./object-versions";

const methods = ["GET", "PUT", "POST", "DELETE", "HEAD"];

/** An object as the path of a URL. */
export const pathOf = ({ bucket, key }: ObjectPlace): string =>
  `/${[bucket, ...key.split("/")].map(encodeURIComponent).join("/")}`;

/** S3 objects on disk: fauxqs answers for them, in process; what it lacks is in bucket-service.ts and object-versions.ts. */
export class ObjectStore {
  readonly versions: ObjectVersions;
  private readonly store: FauxqsStore;
  private readonly persistence: FauxqsPersistence;
  private readonly app: FauxqsApp;

  constructor(folder: string) {
    const { S3Store, PersistenceManager, buildApp } = fauxqsModules();
    this.persistence = new PersistenceManager(folder);
    this.store = new S3Store();
    this.versions = new ObjectVersions(this.persistence, this.store);
    this.persistence.loadS3(this.store);
    this.store.persistence = this.persistence;
    const list = this.store.listBuckets.bind(this.store);
    this.store.listBuckets = () => list().filter(({ name }) => name !== earlierVersions);
    this.app = buildApp({ logger: false, stores: { s3Store: this.store } });
  }

  hasBucket(bucket: string): boolean {
    return bucket !== earlierVersions && this.store.hasBucket(bucket);
  }

  createBucket(bucket: string): void {
    this.store.createBucket(bucket);
  }

  /** The object's length in bytes and entity tag, if it is there. */
  find({ bucket, key }: ObjectPlace): { readonly size: number; readonly etag: string } | undefined {
    const object = this.store.buckets.get(bucket)?.get(key);
    return object === undefined ? undefined : { size: object.contentLength, etag: object.etag };
  }

  /** @param place the object, where it is not the one that the URL names */
  async handle(
    { method, url, headers, body }: Pick<AwsRequest, "method" | "url" | "headers" | "body">,
    place?: ObjectPlace,
  ): Promise<AwsResponse> {
    if (!methods.includes(method)) return { status: 405, headers: {}, body: "" };
    const { host: _, "content-length": __, ...passedOn } = headers;
    const answer = await this.app.inject({
      method,
      url: place === undefined ? url : url.replace(/^[^?]*/, pathOf(place)),
      headers: { ...passedOn, host: "localhost" },
      ...(body.length > 0 || method === "PUT" || method === "POST" ? { payload: body } : {}),
    });
    const answered: Record<string, string> = {};
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined && name !== "transfer-encoding" && name !== "connection") answered[name] = String(value);
    }
    return { status: answer.statusCode, headers: answered, body: answer.rawPayload };
  }

  async close(): Promise<void> {
    await this.app.close();
    this.persistence.close();
  }
}
