import {
  CopyObjectCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bucket, VersionedBucket } from "./versioned-bucket";

let bucket: VersionedBucket;

beforeEach(async () => {
  bucket = await VersionedBucket.start();
});

afterEach(() => bucket.end());

describe("a deletion", () => {
  it("without a version hides the object behind a marker, and brings it back when the marker goes", async () => {
    const version = await bucket.put("hidden", "1");
    const { DeleteMarker, VersionId: marker } = await bucket.remove("hidden");
    expect(DeleteMarker).toBe(true);
    expect(await bucket.keys()).toBeUndefined();
    const latest = await fetch(`${bucket.host.url}/${Bucket}/hidden`);
    expect([latest.status, latest.headers.get("x-amz-delete-marker")]).toEqual([404, "true"]);
    expect(latest.headers.get("x-amz-version-id")).toBe(marker);
    await expect(bucket.get("hidden")).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(bucket.get("hidden", marker)).rejects.toMatchObject({ name: "MethodNotAllowed" });
    expect(await bucket.get("hidden", version)).toMatchObject({ content: "1" });

    expect(await bucket.remove("hidden", marker)).toMatchObject({ DeleteMarker: true, VersionId: marker });
    expect(await bucket.get("hidden")).toEqual({ content: "1", version });
    expect(await bucket.keys()).toEqual(["hidden"]);
  });

  it("of the latest version brings the one before to light, of an earlier one changes nothing else", async () => {
    const [first, second, third] = [await bucket.put("x", "1"), await bucket.put("x", "2"), await bucket.put("x", "3")];
    expect((await bucket.remove("x", third)).DeleteMarker).toBeUndefined();
    expect(await bucket.get("x")).toEqual({ content: "2", version: second });
    await bucket.remove("x", first);
    expect(await bucket.get("x")).toEqual({ content: "2", version: second });
    await bucket.restart();
    expect(await bucket.get("x")).toEqual({ content: "2", version: second });
    await bucket.remove("x", second);
    await expect(bucket.get("x")).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  it("answers the very key, a line break of any kind within it", async () => {
    const keys = ["carriage\rreturn", "line\nfeed", "both\r\n", "<&>"];
    const Objects = keys.map((Key) => ({ Key }));
    const { Deleted } = await bucket.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted?.map(({ Key }) => Key)).toEqual(keys);
  });

  it("of what is not there succeeds", async () => {
    expect(await bucket.remove("never", "A".repeat(32))).toMatchObject({ VersionId: "A".repeat(32) });
    expect(await bucket.remove("never")).toMatchObject({ DeleteMarker: true });
  });
});

describe("a list of versions", () => {
  const list = (input: object = {}) => bucket.s3.send(new ListObjectVersionsCommand({ Bucket, ...input }));

  it("has them by key, the latest first, and goes on where a page ended", async () => {
    const [a1, a2, b1] = [await bucket.put("a", "1"), await bucket.put("a", "22"), await bucket.put("b", "1")];
    const { VersionId: marker } = await bucket.remove("b");
    const whole = await list();
    expect(whole.Versions?.map(({ Key, VersionId, IsLatest, Size }) => [Key, VersionId, IsLatest, Size])).toEqual([
      ["a", a2, true, 2],
      ["a", a1, false, 1],
      ["b", b1, false, 1],
    ]);
    expect(whole.DeleteMarkers).toMatchObject([{ Key: "b", VersionId: marker, IsLatest: true }]);
    expect((await list({ Prefix: "b" })).Versions).toMatchObject([{ VersionId: b1 }]);

    const page = await list({ MaxKeys: 1 });
    expect([page.IsTruncated, page.NextKeyMarker, page.NextVersionIdMarker]).toEqual([true, "a", a2]);
    await bucket.remove("a", a2);
    const rest = await list({ KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker });
    expect(rest.Versions?.map(({ VersionId }) => VersionId)).toEqual([a1, b1]);
    expect(rest.IsTruncated).toBe(false);
  });

  it("is what it takes to empty a bucket", async () => {
    for (const body of ["1", "2"]) await bucket.put("a&b", body);
    const several = { Bucket, Delete: { Objects: [{ Key: "a&b" }] } };
    expect((await bucket.s3.send(new DeleteObjectsCommand(several))).Deleted).toMatchObject([
      { Key: "a&b", DeleteMarker: true },
    ]);
    await expect(bucket.s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({ name: "BucketNotEmpty" });
    const { Versions = [], DeleteMarkers = [] } = await list();
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    expect(Objects).toHaveLength(3);
    const { Deleted, Errors } = await bucket.s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [...Objects, { Key: "a", VersionId: "wrong" }] } }),
    );
    expect(Deleted?.map(({ VersionId }) => VersionId)).toEqual(Objects.map(({ VersionId }) => VersionId));
    expect(Errors).toMatchObject([{ Key: "a", VersionId: "wrong", Code: "InvalidArgument" }]);
    await bucket.s3.send(new DeleteBucketCommand({ Bucket }));
  });
});

describe("a request that names a version", () => {
  const needed = async (asking: Promise<unknown>) => {
    bucket.asked.length = 0;
    await asking;
    return bucket.asked.map(({ action }) => action).filter((action) => action.startsWith("s3:"));
  };

  it("needs the permission for versions, and no other", async () => {
    const version = await bucket.put("x", "1");
    expect(await needed(bucket.get("x"))).toEqual(["s3:GetObject"]);
    expect(await needed(bucket.get("x", version))).toEqual(["s3:GetObjectVersion"]);
    const head = bucket.s3.send(new HeadObjectCommand({ Bucket, Key: "x", VersionId: version }));
    expect(await needed(head)).toEqual(["s3:GetObjectVersion"]);
    const copy = new CopyObjectCommand({ Bucket, Key: "y", CopySource: `${Bucket}/x?versionId=${version}` });
    expect(await needed(bucket.s3.send(copy))).toEqual(["s3:PutObject", "s3:GetObjectVersion"]);
    expect(bucket.asked.map(({ resourceArn }) => resourceArn).slice(0, 2)).toEqual([
      "arn:aws:s3:::drop-box/y",
      "arn:aws:s3:::drop-box/x",
    ]);
    expect(await needed(bucket.s3.send(new ListObjectVersionsCommand({ Bucket })))).toEqual(["s3:ListBucketVersions"]);
    expect(await needed(bucket.remove("y"))).toEqual(["s3:DeleteObject"]);
    expect(await needed(bucket.remove("x", version))).toEqual(["s3:DeleteObjectVersion"]);
    const Objects = [{ Key: "x" }, { Key: "x", VersionId: version }];
    const several = bucket.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(await needed(several)).toEqual(["s3:DeleteObject", "s3:DeleteObjectVersion"]);
  });

  it("is told that there is none only if it may list the bucket", async () => {
    const missing = bucket.get("x", "A".repeat(32)).catch(() => undefined);
    expect(await needed(missing)).toEqual(["s3:GetObjectVersion", "s3:ListBucket"]);
  });
});
