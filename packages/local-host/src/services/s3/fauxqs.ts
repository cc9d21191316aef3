import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";

/** What fauxqs holds of an object in memory; the content is in its database. */
export interface FauxqsObject {
  readonly key: string;
  readonly contentLength: number;
  readonly etag: string;
  readonly lastModified: Date;
}

/** The parts of fauxqs 2.4.1 that its package does not export, as far as they are used here. */
export interface FauxqsPersistence {
  readonly db: DatabaseSync;
  loadS3(store: FauxqsStore): void;
  /** Writes an object's row in `s3_objects`, in the place of the one before. */
  upsertObject(bucket: string, object: FauxqsObject): void;
  close(): void;
}

export interface FauxqsStore {
  persistence?: FauxqsPersistence;
  /** Objects by bucket and key. */
  readonly buckets: Map<string, Map<string, FauxqsObject>>;
  hasBucket(bucket: string): boolean;
  createBucket(bucket: string): void;
  listBuckets(): readonly { readonly name: string }[];
}

/** What its HTTP application, made with fastify, is used for: requests that do not pass a socket. */
export interface FauxqsApp {
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

/** The package exports its entry point only, and that for `import` only. */
const fauxqsModule = (file: string): unknown => {
  const require = createRequire(__filename);
  const folder = (require.resolve.paths("fauxqs") ?? []).map((each) => join(each, "fauxqs")).find(existsSync);
  if (folder === undefined) throw new Error("the package fauxqs is not installed: run `npm install`");
  return require(join(folder, "dist", file));
};

/** Its classes and the function that makes its application, from inside the package. */
export const fauxqsModules = () => {
  // All modules are of the pinned version; fauxqs starts its own server with exactly these.
  const { S3Store } = fauxqsModule("s3/s3Store.js") as { S3Store: new () => FauxqsStore };
  const { PersistenceManager } = fauxqsModule("persistence.js") as {
    PersistenceManager: new (folder: string) => FauxqsPersistence;
  };
  const { buildApp } = fauxqsModule("app.js") as {
    buildApp: (options: { readonly logger: boolean; readonly stores: { readonly s3Store: FauxqsStore } }) => FauxqsApp;
  };
  return { S3Store, PersistenceManager, buildApp };
};
