import { gzipSync } from "node:zlib";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AccessCheck, allowEverything } from "../src/kernel/endpoint/access-control";
import { RawBucket, sendRaw } from "./bucket-request";

let bucket: RawBucket;
const asked: AccessCheck[] = [];

beforeAll(async () => {
  bucket = await RawBucket.start({ access: { ...allowEverything, check: (check) => void asked.push(check) } });
});
beforeEach(() => {
  asked.length = 0;
});
afterAll(() => bucket?.host.stop());

describe("an object with Content-Encoding: gzip", () => {
  it.each([
    ["that is packed so", gzipSync("photo_id,title\n1,Cat\n")],
    ["that is not packed at all", Buffer.from("not gzip\0")],
  ])("%s is kept and given back as it was sent", async (_, sent) => {
    const { status, headers } = await bucket.put("photos.csv.gz", sent, { "content-encoding": "gzip" });
    expect(status).toBe(200);
    const read = await bucket.send("GET", "photos.csv.gz");
    expect(read.body.equals(sent)).toBe(true);
    expect(read.headers).toMatchObject({
      "content-encoding": "gzip",
      "content-length": String(sent.length),
      etag: headers["etag"],
    });
  });
});

describe("a put", () => {
  it.each([
    ["without Content-Type", {}, "binary/octet-stream"],
    ["of a form", { "content-type": "application/x-www-form-urlencoded" }, "application/x-www-form-urlencoded"],
    ["of an unknown media type", { "content-type": "application/vnd.nobody-knows" }, "application/vnd.nobody-knows"],
    ["of what is not a media type", { "content-type": "nonsense" }, "nonsense"],
  ])("%s is taken, empty or not", async (_, headers: Record<string, string>, contentType) => {
    for (const body of ["", "Action=SendMessage&x=1"]) {
      expect(await bucket.put("any", body, headers)).toMatchObject({ status: 200 });
      const read = await bucket.send("GET", "any");
      expect([read.body.toString(), read.headers["content-type"]]).toEqual([body, contentType]);
    }
  });

  it("keeps what describes the object, and gives it back, or what a read asks for in its place", async () => {
    const described = {
      "content-type": "text/csv",
      "content-language": "de",
      "content-disposition": 'attachment; filename="a.csv"',
      "cache-control": "no-store",
      expires: "Thu, 01 Jan 2026 00:00:00 GMT",
      "x-amz-meta-acceptance": "all-or-nothing",
    };
    await bucket.put("described", "1", described);
    expect((await bucket.send("HEAD", "described")).headers).toMatchObject({ ...described, "content-length": "1" });
    const { headers } = await bucket.send("GET", "described?response-content-type=text/plain");
    expect(headers).toMatchObject({ ...described, "content-type": "text/plain" });
  });

  it("with more metadata than S3 takes, or with what is not supported here, is refused", async () => {
    const large = await bucket.put("large", "1", { "x-amz-meta-a": "a".repeat(2_048) });
    expect([large.status, large.code]).toEqual([400, "MetadataTooLarge"]);
    const tagged = await bucket.put("tagged", "1", { "x-amz-tagging": "a=b" });
    expect([tagged.status, tagged.code]).toEqual([501, "NotImplemented"]);
    expect(tagged.body.toString()).toContain("x-amz-tagging");
  });
});

describe("a key", () => {
  it.each([
    ["incoming/../reports/evil.csv", "incoming/../reports/evil.csv"],
    ["incoming/./dot.csv", "incoming/./dot.csv"],
    ["incoming/%2E%2E/reports/encoded.csv", "incoming/../reports/encoded.csv"],
    ["incoming//twice.csv", "incoming//twice.csv"],
    ["a%20b+c%2Bd%25/%C3%A4.csv", "a b+c+d%/ä.csv"],
  ])("%s is what it says, for IAM too", async (path, key) => {
    await bucket.notified();
    expect(await bucket.put(path, key)).toMatchObject({ status: 200 });
    expect(asked.map(({ resourceArn }) => resourceArn)).toContain(`arn:aws:s3:::drop-box/${key}`);
    expect((await bucket.send("GET", path)).body.toString()).toBe(key);
    expect(await bucket.keys()).toContain(key);
    expect((await bucket.notified()).map((each) => decodeURIComponent(each.replaceAll("+", "%20")))).toEqual([key]);
    expect(await bucket.keys("&prefix=reports/")).toEqual([]);
  });

  it("with dots is the same to the SDK", async () => {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const s3 = new S3Client({ endpoint: bucket.host.url, region: "us-east-1", credentials, forcePathStyle: true });
    const object = { Bucket: "drop-box", Key: "sdk/../reports/./evil.csv" };
    await s3.send(new PutObjectCommand({ ...object, Body: "dots" }));
    expect(await (await s3.send(new GetObjectCommand(object))).Body?.transformToString()).toBe("dots");
    expect(await bucket.keys("&prefix=sdk/")).toEqual([object.Key]);
    s3.destroy();
  });

  it.each([
    ["../escaped", "InvalidURI"],
    ["a/../../escaped", "InvalidURI"],
    ["100%", "InvalidURI"],
    ["%zz", "InvalidURI"],
    ["%ff", "InvalidURI"],
    ["k".repeat(1_025), "KeyTooLongError"],
  ])("%s is refused", async (path, code) => {
    expect(await bucket.put(path, "1")).toMatchObject({ status: 400, code });
  });
});

describe("a bucket that the host names", () => {
  it.each(["drop-box.localhost", "drop-box.s3.localhost", "drop-box.s3.eu-central-1.localhost"])(
    "%s is the one in the path",
    async (name) => {
      await bucket.put("by-host", name);
      const host = `${name}:${new URL(bucket.host.url).port}`;
      expect((await sendRaw(bucket.host.url, "/by-host", { headers: { host } })).body.toString()).toBe(name);
    },
  );

  it("is in the path where the host names the service alone", async () => {
    await bucket.put("by-path", "1");
    const answer = await sendRaw(bucket.host.url, "/drop-box/by-path", {
      headers: { host: "s3.eu-central-1.localhost" },
    });
    expect(answer.body.toString()).toBe("1");
  });
});

describe("a presigned URL", () => {
  const signed = (at: Date, seconds: number): string =>
    `presigned?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%2F20260101%2Fus-east-1%2Fs3%2Faws4_request` +
    `&X-Amz-Date=${at.toISOString().replace(/[-:]|\.\d+/g, "")}&X-Amz-Expires=${seconds}&X-Amz-SignedHeaders=host&X-Amz-Signature=0`;
  const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1_000);

  it("is good until its time is over", async () => {
    expect(await bucket.put(signed(ago(60), 600), "1")).toMatchObject({ status: 200 });
    expect((await bucket.send("GET", signed(ago(60), 600))).body.toString()).toBe("1");
    for (const method of ["GET", "PUT"]) {
      const answer = await bucket.send(method, signed(ago(60), 30), method === "PUT" ? "2" : undefined);
      expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
      expect(answer.body.toString()).toContain("<Message>Request has expired</Message>");
    }
    expect((await bucket.send("GET", "presigned")).body.toString()).toBe("1");
  });

  it("of the older signature too", async () => {
    await bucket.put("presigned", "1");
    const url = (at: Date) => `presigned?AWSAccessKeyId=test&Signature=0&Expires=${Math.floor(at.getTime() / 1_000)}`;
    expect((await bucket.send("GET", url(ago(-60)))).status).toBe(200);
    expect(await bucket.send("GET", url(ago(60)))).toMatchObject({ status: 403, code: "AccessDenied" });
  });

  it("that is good for more than a week, or of no date, is refused", async () => {
    const week = 7 * 24 * 60 * 60;
    const tooLong = await bucket.send("GET", signed(ago(0), week + 1));
    expect(tooLong).toMatchObject({ status: 400, code: "AuthorizationQueryParametersError" });
    const undated = await bucket.send("GET", signed(ago(0), week).replace(/X-Amz-Date=\w+/, "X-Amz-Date=today"));
    expect(undated).toMatchObject({ status: 400, code: "AuthorizationQueryParametersError" });
  });
});

describe("what is not done here", () => {
  it.each([
    ["GET", "any?tagging", "GetObjectTagging"],
    ["GET", "any?acl", "GetObjectAcl"],
    ["DELETE", "any?tagging", "DeleteObjectTagging"],
    ["PUT", "any?retention", "PutObjectRetention"],
    ["POST", "any?restore", "RestoreObject"],
    ["POST", "any?select&select-type=2", "SelectObjectContent"],
    ["PUT", "?website", "PutBucketWebsite"],
    ["GET", "?object-lock", "GetObjectLockConfiguration"],
  ])("%s %s is named: %s", async (method, path, action) => {
    const answer = await bucket.send(method, path, method === "GET" ? undefined : "");
    expect([answer.status, answer.code]).toEqual([501, "NotImplemented"]);
    expect(answer.body.toString()).toContain(`does not know ${action}.`);
  });
});

describe("the root of S3", () => {
  const authorization = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, Signature=0";

  it("lists the buckets, and takes no other method", async () => {
    const to = (method: string) => sendRaw(bucket.host.url, "/", { method, headers: { authorization } });
    expect((await to("GET")).body.toString()).toContain("<Name>drop-box</Name>");
    for (const method of ["POST", "PUT", "DELETE"]) {
      expect(await to(method)).toMatchObject({ status: 405, code: "MethodNotAllowed" });
    }
  });
});
