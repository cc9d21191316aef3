import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bucketHost } from "../src/services/s3/bucket-host";
import { queueArn, resource } from "./hosted-endpoint";
import { Bucket, buckets, VersionedBucket, versioning } from "./versioned-bucket";

let bucket: VersionedBucket;

beforeEach(async () => {
  bucket = await VersionedBucket.start();
});

afterEach(() => bucket.end());

const received = async () =>
  (await bucket.host.queues.queues.receive({ kind: "developer" }, queueArn("files"), { max: 10, waitSeconds: 0 })).map(
    ({ body }) => JSON.parse(body),
  );

describe("a version of an object", () => {
  it("stays readable when the object is replaced, with all that belongs to it", async () => {
    const first = await bucket.s3.send(
      new PutObjectCommand({ Bucket, Key: "a b/ä", Body: "one", Metadata: { by: "me" }, ContentType: "text/csv" }),
    );
    const second = await bucket.put("a b/ä", "second");
    expect(first.VersionId).toMatch(/^[\w-]{32}$/);
    expect(second).not.toBe(first.VersionId);
    expect(await bucket.get("a b/ä")).toEqual({ content: "second", version: second });
    expect(await bucket.get("a b/ä", second)).toEqual({ content: "second", version: second });
    expect(await bucket.get("a b/ä", first.VersionId)).toEqual({ content: "one", version: first.VersionId });
    const named = { Bucket, Key: "a b/ä", VersionId: first.VersionId };
    expect(await bucket.s3.send(new HeadObjectCommand(named))).toMatchObject({
      ContentLength: 3,
      ContentType: "text/csv",
      ETag: first.ETag,
      Metadata: { by: "me" },
      VersionId: first.VersionId,
    });
    const part = await bucket.s3.send(new GetObjectCommand({ ...named, Range: "bytes=1-", IfMatch: first.ETag }));
    expect(await part.Body?.transformToString()).toBe("ne");
  });

  it("is listed once, as the object that it is the latest of", async () => {
    await bucket.put("twice", "1");
    await bucket.put("twice", "2");
    expect(await bucket.keys()).toEqual(["twice"]);
    const { Buckets } = await bucket.s3.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual([Bucket, "plain"]);
    const behind = bucket.s3.send(new GetObjectCommand({ Bucket: "earlier versions", Key: "1" }));
    await expect(behind).rejects.toMatchObject({ name: "NoSuchBucket" });
  });

  it("survives a restart, as does which one is the latest", async () => {
    const first = await bucket.put("kept", "1");
    const second = await bucket.put("kept", "2");
    await bucket.restart();
    expect(await bucket.get("kept", first)).toEqual({ content: "1", version: first });
    expect(await bucket.get("kept")).toEqual({ content: "2", version: second });
    const third = await bucket.put("kept", "3");
    expect(await bucket.get("kept", second)).toEqual({ content: "2", version: second });
    expect(await bucket.get("kept")).toEqual({ content: "3", version: third });
  });

  it("is never another one's content, though it is replaced while it is read", async () => {
    const request = { service: "s3", principal: { kind: "developer" }, headers: {} } as const;
    const { service } = bucket.host.buckets;
    let version = await bucket.put("busy", "0");
    for (let count = 1; count <= 20; count += 1) {
      const [put, ...read] = await Promise.all([
        service.handle({
          ...request,
          action: "PutObject",
          method: "PUT",
          url: "/drop-box/busy",
          body: Buffer.from(`${count}`),
        }),
        ...[`?versionId=${version}`, ""].map((query) =>
          service.handle({
            ...request,
            action: "GetObject",
            method: "GET",
            url: `/drop-box/busy${query}`,
            body: Buffer.of(),
          }),
        ),
      ]);
      const next = String(put.headers["x-amz-version-id"]);
      expect(read.map(({ headers, body }) => [headers["x-amz-version-id"], String(body)])).toEqual([
        [version, String(count - 1)],
        [next, String(count)],
      ]);
      version = next;
    }
  });

  it("that was uploaded in parts keeps its entity tag and its content", async () => {
    const object = { Bucket, Key: "large" };
    const { UploadId } = await bucket.s3.send(new CreateMultipartUploadCommand(object));
    const bodies = [Buffer.alloc(5 * 1024 * 1024, "a"), Buffer.from("end")];
    const Parts = [];
    for (const [index, Body] of bodies.entries()) {
      const part = { ...object, UploadId, PartNumber: index + 1 };
      const { ETag } = await bucket.s3.send(new UploadPartCommand({ ...part, Body }));
      Parts.push({ PartNumber: index + 1, ETag });
    }
    const whole = { ...object, UploadId, MultipartUpload: { Parts } };
    const { VersionId, ETag } = await bucket.s3.send(new CompleteMultipartUploadCommand(whole));
    expect(ETag).toMatch(/-2"$/);
    await bucket.put("large", "small");
    const { content } = await bucket.get("large", VersionId);
    expect(content?.length).toBe(5 * 1024 * 1024 + 3);
    expect(content?.endsWith("aend")).toBe(true);
    expect((await bucket.s3.send(new HeadObjectCommand({ ...object, VersionId }))).ETag).toBe(ETag);
  });

  it("can be copied, over the one that replaced it as well", async () => {
    const first = await bucket.put("a&b", "1");
    const replaced = await bucket.put("a&b", "2");
    const copy = (source: string) =>
      bucket.s3.send(
        new CopyObjectCommand({
          Bucket,
          Key: "a&b",
          CopySource: `${Bucket}/a%26b${source}`,
          ...(source === "" ? { MetadataDirective: "REPLACE" as const } : {}),
        }),
      );
    const { VersionId, CopySourceVersionId } = await copy(`?versionId=${first}`);
    expect(CopySourceVersionId).toBe(first);
    expect(await bucket.get("a&b")).toEqual({ content: "1", version: VersionId });
    expect(await bucket.get("a&b", replaced)).toMatchObject({ content: "2" });
    expect((await copy("")).CopySourceVersionId).toBe(VersionId);
  });

  it("is in the notification of its writing and of its removal", async () => {
    await received();
    const [first, second] = [await bucket.put("told", "1"), await bucket.put("told", "2")];
    const { VersionId: marker } = await bucket.remove("told");
    await bucket.remove("told", first);
    const records = (await received()).map(({ Records }) => Records[0]);
    expect(records.map(({ eventName, s3: { object } }) => [eventName, object.versionId])).toEqual([
      ["ObjectCreated:Put", first],
      ["ObjectCreated:Put", second],
      ["ObjectRemoved:DeleteMarkerCreated", marker],
      ["ObjectRemoved:Delete", first],
    ]);
  });

  it("has the id null when it was written before its bucket kept versions", async () => {
    await bucket.s3.send(new PutObjectCommand({ Bucket: "plain", Key: "old", Body: "1" }));
    await bucket.restart((url) => [...buckets(url), versioning("plain")]);
    await bucket.s3.send(new PutObjectCommand({ Bucket: "plain", Key: "old", Body: "2" }));
    const { Body } = await bucket.s3.send(new GetObjectCommand({ Bucket: "plain", Key: "old", VersionId: "null" }));
    expect(await Body?.transformToString()).toBe("1");
  });

  it("that is not there is said to be missing, and one that cannot be to be wrong", async () => {
    const version = await bucket.put("here", "1");
    const missing = [
      ["here", "A".repeat(32)],
      ["here", "null"],
      ["elsewhere", version],
    ] as const;
    for (const [key, id] of missing) {
      const answer = { name: "NoSuchVersion", $metadata: { httpStatusCode: 404 } };
      await expect(bucket.get(key, id)).rejects.toMatchObject(answer);
    }
    const head = bucket.s3.send(new HeadObjectCommand({ Bucket, Key: "here", VersionId: "A".repeat(32) }));
    await expect(head).rejects.toMatchObject({ name: "NotFound" });
    await expect(bucket.get("here", "no version")).rejects.toMatchObject({
      name: "InvalidArgument",
      message: "Invalid version id specified",
    });
  });
});

describe("whether a bucket keeps versions", () => {
  const status = async (name: string) =>
    (await bucket.s3.send(new GetBucketVersioningCommand({ Bucket: name }))).Status;

  it("is what the program declares", async () => {
    expect([await status(Bucket), await status("plain")]).toEqual(["Enabled", undefined]);
    const { VersionId } = await bucket.s3.send(new PutObjectCommand({ Bucket: "plain", Key: "x", Body: "1" }));
    expect(VersionId).toBeUndefined();
  });

  it("can be declared with the bucket", async () => {
    await bucket.restart(() => [
      resource("aws:s3/bucket:Bucket", "other", { versioning: { enabled: true } }, { bucket: "other" }),
    ]);
    expect(await status("other")).toBe("Enabled");
  });

  it("stays so for as long as there are versions, whatever the program says later", async () => {
    const first = await bucket.put("x", "1");
    await bucket.restart(buckets);
    await bucket.put("x", "2");
    expect(await bucket.get("x", first)).toMatchObject({ content: "1" });
  });

  it("cannot be suspended here, which is said at the start", async () => {
    const { context, queues, topics } = bucket.host;
    const graph = { ...context.graph, resources: [versioning(Bucket, "Suspended")] };
    const dataDir = join(context.dataDir, "other");
    const other = bucketHost({ ...context, graph, dataDir }, { queues: queues.queues, topics: topics.topics });
    await expect(other.start()).rejects.toThrow(
      /versioning: the property versioningConfiguration.status is .*Suspended.* versioning cannot be suspended here/,
    );
    await other.stop();
  });
});
