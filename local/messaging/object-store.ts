import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { AwsRequest, AwsResponse } from "../endpoint/aws-service";

/** The parts of fauxqs 2.4.1 that its package does not export, as far as they are used here. */
interface FauxqsPersistence {
  loadS3(store: FauxqsStore): void;
  close(): void;
}

interface FauxqsStore {
  persistence?: FauxqsPersistence;
  hasBucket(bucket: string): boolean;
  createBucket(bucket: string): void;
  /** Throws when there is no such object. */
  headObject(bucket: string, key: string): { readonly contentLength: number; readonly etag: string };
}

/** What its HTTP application, made with fastify, is used for: requests that do not pass a socket. */
interface FauxqsApp {
  inject(request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly payload?: Buffer;
  }): Promise<{
    readonly statusCode: number;
    readonly headers: Readonly<Record<string, unknown>>;
    readonly rawPayload: Buffer;
  }>;
  close(): Promise<void>;
}

/** A module inside fauxqs: the package exports its entry point only, and that for `import` only. */
const fauxqsModule = (file: string): unknown => {
  const require = createRequire(__filename);
  const folder = (require.resolve.paths("fauxqs") ?? []).map((each) => join(each, "fauxqs")).find(existsSync);
  if (folder === undefined) throw new Error("the package fauxqs is not installed: run `npm install`");
  return require(join(folder, "dist", file));
};

const methods = ["GET", "PUT", "POST", "DELETE", "HEAD"];

/** S3 objects on disk: fauxqs answers for them, in process; what it lacks is in bucket-service.ts. */
export class ObjectStore {
  private readonly store: FauxqsStore;
  private readonly persistence: FauxqsPersistence;
  private readonly app: FauxqsApp;

  constructor(folder: string) {
    // All modules are of the pinned version; fauxqs starts its own server with exactly these calls.
    const { S3Store } = fauxqsModule("s3/s3Store.js") as { S3Store: new () => FauxqsStore };
    const { PersistenceManager } = fauxqsModule("persistence.js") as {
      PersistenceManager: new (folder: string) => FauxqsPersistence;
    };
    const { buildApp } = fauxqsModule("app.js") as {
      buildApp: (options: {
        readonly logger: boolean;
        readonly stores: { readonly s3Store: FauxqsStore };
      }) => FauxqsApp;
    };
    this.persistence = new PersistenceManager(folder);
    this.store = new S3Store();
    this.persistence.loadS3(this.store);
    this.store.persistence = this.persistence;
    this.app = buildApp({ logger: false, stores: { s3Store: this.store } });
  }

  hasBucket(bucket: string): boolean {
    return this.store.hasBucket(bucket);
  }

  createBucket(bucket: string): void {
    this.store.createBucket(bucket);
  }

  /** The object's length in bytes and entity tag, if it is there. */
  find(bucket: string, key: string): { readonly size: number; readonly etag: string } | undefined {
    if (!this.store.hasBucket(bucket)) return undefined;
    try {
      const { contentLength, etag } = this.store.headObject(bucket, key);
      return { size: contentLength, etag };
    } catch {
      return undefined;
    }
  }

  async handle({
    method,
    url,
    headers,
    body,
  }: Pick<AwsRequest, "method" | "url" | "headers" | "body">): Promise<AwsResponse> {
    if (!methods.includes(method)) return { status: 405, headers: {}, body: "" };
    const { host: _, "content-length": __, ...passedOn } = headers;
    const answer = await this.app.inject({
      method,
      url,
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
