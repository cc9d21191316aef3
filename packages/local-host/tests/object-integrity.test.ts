import { createHash } from "node:crypto";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawBucket } from "./bucket-request";

let bucket: RawBucket;
let count = 0;

beforeAll(async () => {
  bucket = await RawBucket.start();
});
afterAll(() => bucket?.host.stop());

const text = "customer_id,item,quantity\nCASE-1,Desk,1\n";

const refused = async (headers: Record<string, string>, body: string, status: number, code: string) => {
  const key = `refused-${++count}`;
  expect(await bucket.put(key, body, headers)).toMatchObject({ status, code });
  expect((await bucket.send("GET", key)).status).toBe(404);
  expect(await bucket.notified()).toEqual([]);
};

/** Of 123456789, as published with each algorithm; the hashes as node:crypto has them. */
const digits = "123456789";
const known = {
  crc32: Buffer.from("cbf43926", "hex").toString("base64"),
  crc32c: Buffer.from("e3069283", "hex").toString("base64"),
  crc64nvme: Buffer.from("ae8b14860a799888", "hex").toString("base64"),
  sha1: createHash("sha1").update(digits).digest("base64"),
  sha256: createHash("sha256").update(digits).digest("base64"),
};

describe.each(Object.entries(known))("the checksum %s", (name, right) => {
  const header = `x-amz-checksum-${name}`;

  it("is kept where it is right, and given back where it is asked for", async () => {
    const put = await bucket.put(name, digits, { [header]: right });
    expect([put.status, put.headers[header]]).toEqual([200, right]);
    expect((await bucket.send("GET", name)).headers[header]).toBeUndefined();
    const { headers } = await bucket.send("GET", name, undefined, { "x-amz-checksum-mode": "ENABLED" });
    expect(headers).toMatchObject({ [header]: right, "x-amz-checksum-type": "FULL_OBJECT" });
    await bucket.notified();
  });

  it("that is another content's is a BadDigest, one that cannot be an InvalidRequest", async () => {
    await refused({ [header]: right }, "1234567890", 400, "BadDigest");
    for (const wrong of ["xyz", right.slice(4), `${right}AAAA`]) {
      await refused({ [header]: wrong }, digits, 400, "InvalidRequest");
    }
  });
});

describe("an object", () => {
  it("of which two checksums, or an unknown one, are given is refused", async () => {
    const both = { "x-amz-checksum-crc32": known.crc32, "x-amz-checksum-sha1": known.sha1 };
    await refused(both, digits, 400, "InvalidRequest");
    await refused({ "x-amz-checksum-crc16": "AAA=" }, digits, 400, "InvalidRequest");
  });

  it("has the Content-MD5 that its sender says, in base64", async () => {
    const md5 = (of: string) => createHash("md5").update(of).digest("base64");
    expect((await bucket.put("md5", text, { "content-md5": md5(text) })).status).toBe(200);
    await bucket.notified();
    await refused({ "content-md5": md5("other text") }, text, 400, "BadDigest");
    await refused({ "content-md5": "xyz" }, text, 400, "InvalidDigest");
    await refused({ "content-md5": createHash("md5").update(text).digest("hex") }, text, 400, "InvalidDigest");
  });

  it("has the hash that it was signed with", async () => {
    await refused({ "x-amz-content-sha256": "0".repeat(64) }, text, 400, "XAmzContentSHA256Mismatch");
  });

  it("passes the SDK's own check with every algorithm it has", async () => {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const s3 = new S3Client({ endpoint: bucket.host.url, region: "us-east-1", credentials, forcePathStyle: true });
    for (const ChecksumAlgorithm of ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const) {
      const object = { Bucket: "drop-box", Key: ChecksumAlgorithm };
      await s3.send(new PutObjectCommand({ ...object, Body: text, ChecksumAlgorithm }));
      const read = await s3.send(new GetObjectCommand({ ...object, ChecksumMode: "ENABLED" }));
      expect(await read.Body?.transformToString()).toBe(text);
      expect(read[`Checksum${ChecksumAlgorithm}`]).toMatch(/=$/);
    }
    s3.destroy();
    await bucket.notified();
  });
});

describe("a body in chunks", () => {
  const hex = text.length.toString(16);
  const crc32 = "zJWf9Q==";
  const headers = {
    "content-encoding": "aws-chunked",
    "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "x-amz-decoded-content-length": String(text.length),
    "x-amz-trailer": "x-amz-checksum-crc32",
  };
  const body = `${hex}\r\n${text}\r\n0\r\nx-amz-checksum-crc32:${crc32}\r\n\r\n`;

  it("is stored without them, and that it came in chunks is not an encoding of the object", async () => {
    expect(await bucket.put("chunked", body, headers)).toMatchObject({ status: 200 });
    const read = await bucket.send("GET", "chunked");
    expect(read.body.toString()).toBe(text);
    expect(read.headers["content-encoding"]).toBeUndefined();
    await bucket.put("packed", body, { ...headers, "content-encoding": "gzip,aws-chunked" });
    expect((await bucket.send("GET", "packed")).headers["content-encoding"]).toBe("gzip");
    await bucket.notified();
  });

  it("may be signed chunk by chunk", async () => {
    const signature = `;chunk-signature=${"0".repeat(64)}`;
    const signed = `10${signature}\r\n${text.slice(0, 16)}\r\n${(text.length - 16).toString(16)}${signature}\r\n${text.slice(16)}\r\n0${signature}\r\n\r\n`;
    const { "x-amz-trailer": _, ...untrailed } = headers;
    const streaming = { ...untrailed, "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" };
    expect(await bucket.put("signed", signed, streaming)).toMatchObject({ status: 200 });
    expect((await bucket.send("GET", "signed")).body.toString()).toBe(text);
    await bucket.notified();
  });

  it("of another checksum than the one behind it is a BadDigest", async () => {
    await refused(headers, body.replace(crc32, "AAAAAA=="), 400, "BadDigest");
  });

  it("without the checksum that it announces, or with what is not a field, is a MalformedTrailerError", async () => {
    await refused(headers, `${hex}\r\n${text}\r\n0\r\n\r\n`, 400, "MalformedTrailerError");
    await refused(headers, `${hex}\r\n${text}\r\n0\r\nnonsense\r\n\r\n`, 400, "MalformedTrailerError");
  });

  it("of another length than it says is an IncompleteBody", async () => {
    await refused({ ...headers, "x-amz-decoded-content-length": "39" }, body, 400, "IncompleteBody");
    const { "x-amz-decoded-content-length": _, ...unmeasured } = headers;
    await refused(unmeasured, body, 411, "MissingContentLength");
  });

  it.each([
    ["in its content", body.slice(0, 20)],
    ["before its last chunk", body.slice(0, body.indexOf("\r\n0\r\n") + 2)],
    ["in the length of a chunk", "2"],
    ["before it began", ""],
    ["because it is not in chunks", text],
  ])("that ends %s is an IncompleteBody", async (_, cut) => {
    await refused(headers, cut, 400, "IncompleteBody");
  });
});
