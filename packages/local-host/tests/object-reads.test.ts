import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawBucket } from "./bucket-request";

let bucket: RawBucket;
let etag: string;

beforeAll(async () => {
  bucket = await RawBucket.start();
  etag = String((await bucket.put("digits", "0123456789")).headers["etag"]);
});
afterAll(() => bucket?.host.stop());

const get = async (headers: Record<string, string>, method = "GET") => {
  const { status, headers: answered, body } = await bucket.send(method, "digits", undefined, headers);
  return { status, range: answered["content-range"], length: answered["content-length"], content: body.toString() };
};

describe("a range of an object", () => {
  it.each([
    ["bytes=0-0", "0", "bytes 0-0/10"],
    ["bytes=2-4", "234", "bytes 2-4/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=7-99", "789", "bytes 7-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
    ["bytes=-99", "0123456789", "bytes 0-9/10"],
  ])("%s is %s", async (range, content, shown) => {
    const length = String(content.length);
    expect(await get({ range })).toEqual({ status: 206, range: shown, length, content });
    expect(await get({ range }, "HEAD")).toEqual({ status: 206, range: shown, length, content: "" });
  });

  it.each(["bytes=4-2", "bytes=a-b", "items=0-1", "bytes=0-1,3-4", "bytes=-"])(
    "%s is none: the whole is given",
    async (range) => {
      expect(await get({ range })).toEqual({ status: 200, range: undefined, length: "10", content: "0123456789" });
    },
  );

  it.each(["bytes=10-", "bytes=99-100", "bytes=-0"])("%s has nothing in it", async (range) => {
    expect(await bucket.send("GET", "digits", undefined, { range })).toMatchObject({
      status: 416,
      code: "InvalidRange",
      headers: { "content-range": "bytes */10" },
    });
  });
});

describe("a read under a condition", () => {
  const before = new Date(Date.now() - 3_600_000).toUTCString();
  const after = new Date(Date.now() + 3_600_000).toUTCString();
  const other = '"d41d8cd98f00b204e9800998ecf8427e"';

  it.each<[string, () => Record<string, string>, number]>([
    ["If-Match with its tag", () => ({ "if-match": etag }), 200],
    ["If-Match with its tag among others", () => ({ "if-match": `${other}, ${etag}` }), 200],
    ["If-Match with another tag", () => ({ "if-match": other }), 412],
    ["If-None-Match with its tag", () => ({ "if-none-match": etag }), 304],
    ["If-None-Match with another tag", () => ({ "if-none-match": other }), 200],
    ["If-Modified-Since before", () => ({ "if-modified-since": before }), 200],
    ["If-Modified-Since after", () => ({ "if-modified-since": after }), 304],
    ["If-Modified-Since what is not a date", () => ({ "if-modified-since": "yesterday" }), 200],
    ["If-Unmodified-Since before", () => ({ "if-unmodified-since": before }), 412],
    ["If-Unmodified-Since after", () => ({ "if-unmodified-since": after }), 200],
    [
      "a right If-Match and a wrong If-Unmodified-Since",
      () => ({ "if-match": etag, "if-unmodified-since": before }),
      200,
    ],
    [
      "If-None-Match with its tag and a right If-Modified-Since",
      () => ({ "if-none-match": etag, "if-modified-since": before }),
      304,
    ],
    [
      "If-None-Match with another and a wrong If-Modified-Since",
      () => ({ "if-none-match": other, "if-modified-since": after }),
      200,
    ],
  ])("%s", async (_, headers, status) => {
    expect((await get(headers())).status).toBe(status);
    expect((await get(headers(), "HEAD")).status).toBe(status);
  });

  it("that is not sent again still has its tag", async () => {
    const { headers, body } = await bucket.send("GET", "digits", undefined, { "if-none-match": etag });
    expect([headers["etag"], body.length]).toEqual([etag, 0]);
  });
});

describe("the attributes of an object", () => {
  it("are those that are asked for", async () => {
    const wanted = { "x-amz-object-attributes": "ETag,ObjectSize,StorageClass" };
    const answer = (await bucket.send("GET", "digits?attributes", undefined, wanted)).body.toString();
    expect(answer).toContain(
      `<ETag>${etag.replaceAll('"', "")}</ETag><ObjectSize>10</ObjectSize><StorageClass>STANDARD</StorageClass>`,
    );
    const unknown = { "x-amz-object-attributes": "Colour" };
    expect(await bucket.send("GET", "digits?attributes", undefined, unknown)).toMatchObject({
      status: 400,
      code: "InvalidArgument",
    });
  });
});

describe("a copy", () => {
  const copy = (to: string, headers: Record<string, string> = {}) =>
    bucket.put(to, "", { "x-amz-copy-source": "/drop-box/source%20file", ...headers });

  it("has the source's content, and its headers unless they are replaced", async () => {
    await bucket.put("source%20file", "copied", { "content-type": "text/csv", "x-amz-meta-by": "me" });
    await bucket.notified();
    expect(await copy("same")).toMatchObject({ status: 200 });
    const same = await bucket.send("GET", "same");
    expect(same.body.toString()).toBe("copied");
    expect(same.headers).toMatchObject({ "content-type": "text/csv", "x-amz-meta-by": "me" });
    await copy("other", { "x-amz-metadata-directive": "REPLACE", "content-type": "text/plain" });
    const other = await bucket.send("HEAD", "other");
    expect([other.headers["content-type"], other.headers["x-amz-meta-by"]]).toEqual(["text/plain", undefined]);
    expect(await bucket.notified()).toEqual(["same", "other"]);
  });

  it("onto itself has to change something, or be of an earlier version", async () => {
    await bucket.put("source%20file", "copied", { "x-amz-meta-by": "me" });
    const written = () => bucket.send("GET", "source%20file");
    expect(await copy("source%20file")).toMatchObject({ status: 400, code: "InvalidRequest" });
    expect(await copy("source%20file", { "x-amz-storage-class": "STANDARD_IA" })).toMatchObject({ status: 200 });
    expect(await copy("source%20file", { "x-amz-metadata-directive": "REPLACE" })).toMatchObject({ status: 200 });
    expect((await written()).headers["x-amz-meta-by"]).toBeUndefined();
    expect((await written()).body.toString()).toBe("copied");
  });

  it("keeps its content when the source goes", async () => {
    await bucket.put("source%20file", "copied");
    await copy("kept");
    await bucket.send("DELETE", "source%20file");
    expect((await bucket.send("GET", "kept")).body.toString()).toBe("copied");
    expect(await copy("late")).toMatchObject({ status: 404, code: "NoSuchKey" });
  });

  it("is made only where the conditions on its source hold", async () => {
    const written = await bucket.put("source%20file", "copied");
    const tag = String(written.headers["etag"]);
    expect((await copy("right", { "x-amz-copy-source-if-match": tag })).status).toBe(200);
    for (const name of ["if-none-match", "if-unmodified-since"]) {
      const value = name === "if-none-match" ? tag : new Date(0).toUTCString();
      const answer = await copy("wrong", { [`x-amz-copy-source-${name}`]: value });
      expect(answer).toMatchObject({ status: 412, code: "PreconditionFailed" });
    }
    expect((await bucket.send("GET", "wrong")).status).toBe(404);
  });

  it.each([
    ["/drop-box", 400, "InvalidArgument"],
    ["/no-such-bucket/key", 404, "NoSuchBucket"],
    ["/drop-box/100%", 400, "InvalidArgument"],
  ])("of %s is refused", async (source, status, code) => {
    expect(await copy("refused", { "x-amz-copy-source": source })).toMatchObject({ status, code });
  });
});
