import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { type AccessCheck, allowEverything } from "../src/kernel/endpoint/access-control";
import type { ResourceNode } from "../src/kernel/program/resource-graph";
import { queueArn, resource } from "./hosted-endpoint";
import { bucket, type HostedMessaging, hostedMessaging, queue } from "./hosted-messaging";

export const Bucket = "drop-box";

type Resources = (url: string) => readonly ResourceNode[];

export const versioning = (name: string, status = "Enabled"): ResourceNode =>
  resource("aws:s3/bucketVersioning:BucketVersioning", `${name}-versioning`, {
    bucket: name,
    versioningConfiguration: { status },
  });

/** Two buckets, one of which tells a queue of its objects. */
export const buckets: Resources = (url) => [
  queue(url, "files"),
  bucket(Bucket),
  bucket("plain"),
  resource("aws:s3/bucketNotification:BucketNotification", Bucket, {
    bucket: Bucket,
    queues: [{ queueArn: queueArn("files"), events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"] }],
  }),
];

/** The same, and the first keeps versions. */
export const versionedBuckets: Resources = (url) => [...buckets(url), versioning(Bucket)];

/** A bucket on a running endpoint, and what its users do with it. */
export class VersionedBucket {
  s3: S3Client;
  host: HostedMessaging;
  /** What callers needed to be allowed. */
  readonly asked: AccessCheck[];
  private readonly dataDir: string;

  private constructor(dataDir: string, host: HostedMessaging, asked: AccessCheck[]) {
    this.dataDir = dataDir;
    this.host = host;
    this.s3 = clientOf(host);
    this.asked = asked;
  }

  static async start(): Promise<VersionedBucket> {
    const dataDir = mkdtempSync(join(tmpdir(), "object-versions-"));
    const asked: AccessCheck[] = [];
    return new VersionedBucket(dataDir, await hosted(dataDir, versionedBuckets, asked), asked);
  }

  /** Stops the host and starts it again on the same folder. */
  async restart(resources: Resources = versionedBuckets): Promise<void> {
    await this.stop();
    this.host = await hosted(this.dataDir, resources, this.asked);
    this.s3 = clientOf(this.host);
  }

  async stop(): Promise<void> {
    this.s3.destroy();
    await this.host.stop();
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Resolves to the version's id. */
  async put(Key: string, Body: string | Buffer): Promise<string> {
    return String((await this.s3.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId);
  }

  async get(Key: string, version?: string) {
    const { Body, VersionId } = await this.s3.send(new GetObjectCommand({ Bucket, Key, VersionId: version }));
    return { content: await Body?.transformToString(), version: VersionId };
  }

  remove(Key: string, VersionId?: string) {
    return this.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  }

  async keys() {
    return (await this.s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key);
  }
}

const hosted = (dataDir: string, resources: Resources, asked: AccessCheck[]): Promise<HostedMessaging> =>
  hostedMessaging({ resources, dataDir, access: { ...allowEverything, check: (check) => void asked.push(check) } });

const clientOf = ({ url }: HostedMessaging): S3Client => {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  return new S3Client({ endpoint: url, region: "us-east-1", credentials, forcePathStyle: true });
};
