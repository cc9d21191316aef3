import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteObjectCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { queueArn, resource } from "./hosted-endpoint";
import { bucket, type HostedMessaging, hostedMessaging, queue } from "./hosted-messaging";

const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const developer = { kind: "developer" } as const;

const resources = (url: string) => [
  queue(url, "files"),
  bucket("drop-box"),
  resource("aws:s3/bucketNotification:BucketNotification", "drop-box", {
    bucket: "drop-box",
    queues: [
      { queueArn: queueArn("files"), events: ["s3:ObjectCreated:*"], filterPrefix: "in/", filterSuffix: ".json" },
    ],
  }),
];

describe("a bucket", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "buckets-"));
  let host: HostedMessaging;
  let s3: S3Client;
  beforeEach(async () => {
    host = await hostedMessaging({ resources, dataDir });
    s3 = new S3Client({ endpoint: host.url, region: "us-east-1", credentials, forcePathStyle: true });
  });
  afterEach(async () => {
    s3.destroy();
    await host.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const put = (Key: string, Body: string, condition: { IfNoneMatch?: string; IfMatch?: string } = {}) =>
    s3.send(new PutObjectCommand({ Bucket: "drop-box", Key, Body, ...condition }));
  const get = async (Key: string) =>
    (await s3.send(new GetObjectCommand({ Bucket: "drop-box", Key }))).Body?.transformToString();
  const received = async () =>
    (await host.queues.queues.receive(developer, queueArn("files"), { max: 10, waitSeconds: 0 })).map(({ body }) =>
      JSON.parse(body),
    );

  it("keeps an object over a restart", async () => {
    await put("in/a b.txt", "content");
    await host.stop();
    host = await hostedMessaging({ resources, dataDir });
    s3 = new S3Client({ endpoint: host.url, region: "us-east-1", credentials, forcePathStyle: true });
    expect(await get("in/a b.txt")).toBe("content");
  });

  it("lists and deletes objects", async () => {
    for (const key of ["a/1", "a/2", "b/1"]) await put(key, key);
    await s3.send(new DeleteObjectCommand({ Bucket: "drop-box", Key: "a/2" }));
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: "drop-box", Prefix: "a/" }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(["a/1"]);
  });

  it("sends a test event when it is made, and a record for each object the filter lets through", async () => {
    expect(await received()).toMatchObject([{ Event: "s3:TestEvent", Bucket: "drop-box" }]);
    const { ETag } = await put("in/photo & co.json", "{}");
    await put("in/notes.txt", "no");
    await put("out/photo.json", "no");
    expect(await received()).toMatchObject([
      {
        Records: [
          {
            eventName: "ObjectCreated:Put",
            eventSource: "aws:s3",
            awsRegion: "us-east-1",
            s3: {
              bucket: { name: "drop-box", arn: "arn:aws:s3:::drop-box" },
              object: { key: "in/photo+%26+co.json", size: 2, eTag: ETag?.replaceAll('"', "") },
            },
          },
        ],
      },
    ]);
  });

  it("writes once only with If-None-Match, also when two come at the same time", async () => {
    const write = (body: string) =>
      host.buckets.service.handle({
        service: "s3",
        action: "PutObject",
        principal: developer,
        method: "PUT",
        url: "/drop-box/once",
        headers: { "if-none-match": "*" },
        body: Buffer.from(body),
      });
    const results = await Promise.allSettled([write("1"), write("2")]);
    expect(results).toMatchObject([
      { status: "fulfilled", value: { status: 200 } },
      { status: "rejected", reason: { name: "PreconditionFailed", status: 412 } },
    ]);
    await expect(put("once", "3", { IfNoneMatch: "*" })).rejects.toMatchObject({ name: "PreconditionFailed" });
    expect(await get("once")).toBe("1");
  });

  it("replaces with If-Match only what is as expected", async () => {
    const { ETag } = await put("counted", "1");
    await put("counted", "2", { IfMatch: ETag ?? "" });
    await expect(put("counted", "3", { IfMatch: ETag ?? "" })).rejects.toMatchObject({ name: "PreconditionFailed" });
    expect(await get("counted")).toBe("2");
  });

  it("takes an object from another service in process", async () => {
    await host.buckets.calls.putObject(developer, "arn:aws:s3:::drop-box", "failed/1 2.json", '{"a":1}');
    expect(await get("failed/1 2.json")).toBe('{"a":1}');
    await expect(host.buckets.calls.putObject(developer, "arn:aws:s3:::no-such", "k", "v")).rejects.toMatchObject({
      name: "NoSuchBucket",
    });
  });

  it("names what it cannot do instead of doing something else", async () => {
    const asked = s3.send(new GetBucketTaggingCommand({ Bucket: "drop-box" }));
    await expect(asked).rejects.toMatchObject({ name: "NotImplemented" });
  });
});
