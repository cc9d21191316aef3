import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawBucket } from "./bucket-request";

const Bucket = "drop-box";
const large = Buffer.alloc(5 * 1024 * 1024, "abc");
let bucket: RawBucket;
let s3: S3Client;

beforeAll(async () => {
  bucket = await RawBucket.start();
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  s3 = new S3Client({ endpoint: bucket.host.url, region: "us-east-1", credentials, forcePathStyle: true });
});
afterAll(async () => {
  s3?.destroy();
  await bucket?.host.stop();
});

const begin = async (path: string, headers: Record<string, string> = {}): Promise<string> => {
  const { body } = await bucket.send("POST", `${path}?uploads`, "", headers);
  return /<UploadId>([^<]*)/.exec(body.toString())?.[1] ?? "";
};
const putPart = async (path: string, id: string, number: number, body: string | Buffer): Promise<string> =>
  String((await bucket.put(`${path}?partNumber=${number}&uploadId=${id}`, body)).headers["etag"]);
const complete = (path: string, id: string, parts: readonly (readonly [number, string])[]) => {
  const each = parts.map(([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`);
  const body = `<CompleteMultipartUpload>${each.join("")}</CompleteMultipartUpload>`;
  return bucket.send("POST", `${path}?uploadId=${id}`, body);
};

describe("a multipart upload", () => {
  it("is one object once it is complete, of the parts that were named, and not before", async () => {
    await bucket.notified();
    const id = await begin("whole", { "content-type": "text/csv", "x-amz-meta-by": "me" });
    const [first, second, last] = [
      await putPart("whole", id, 1, large),
      await putPart("whole", id, 3, large),
      await putPart("whole", id, 7, "replaced"),
    ];
    const end = await putPart("whole", id, 7, "end");
    expect((await bucket.send("GET", "whole")).status).toBe(404);
    expect(
      await complete("whole", id, [
        [1, first],
        [7, last],
      ]),
    ).toMatchObject({ status: 400, code: "InvalidPart" });
    expect(
      await complete("whole", id, [
        [1, first],
        [7, end],
      ]),
    ).toMatchObject({ status: 200 });

    const read = await bucket.send("GET", "whole");
    expect(read.body.equals(Buffer.concat([large, Buffer.from("end")]))).toBe(true);
    const hashes = [large, "end"].map((part) => createHash("md5").update(part).digest());
    expect(read.headers).toMatchObject({
      "content-type": "text/csv",
      "x-amz-meta-by": "me",
      etag: `"${createHash("md5").update(Buffer.concat(hashes)).digest("hex")}-2"`,
    });
    expect(second).toBe(first);
    expect(await bucket.notified()).toEqual(["whole"]);
    expect(await complete("whole", id, [[1, first]])).toMatchObject({ status: 404, code: "NoSuchUpload" });

    const across = { range: `bytes=${large.length - 2}-${large.length + 1}` };
    const expected = `${large.toString("latin1", large.length - 2)}en`;
    expect((await bucket.send("GET", "whole", undefined, across)).body.toString()).toBe(expected);
    const part = await bucket.send("GET", "whole?partNumber=7");
    expect([part.status, part.body.toString(), part.headers["x-amz-mp-parts-count"]]).toEqual([206, "end", "2"]);
    expect(await bucket.send("GET", "whole?partNumber=2")).toMatchObject({ status: 416, code: "InvalidPartNumber" });
  });

  it("is completed only in order, with parts that are there and large enough, and a right document", async () => {
    const id = await begin("strict");
    const [first, second] = [await putPart("strict", id, 1, "small"), await putPart("strict", id, 2, "end")];
    const wrong: [readonly (readonly [number, string])[], string][] = [
      [
        [
          [2, second],
          [1, first],
        ],
        "InvalidPartOrder",
      ],
      [
        [
          [1, first],
          [1, first],
        ],
        "InvalidPartOrder",
      ],
      [
        [
          [1, first],
          [3, second],
        ],
        "InvalidPart",
      ],
      [
        [
          [1, first],
          [2, second],
        ],
        "EntityTooSmall",
      ],
      [[], "MalformedXML"],
      [[[Number.NaN, first]], "MalformedXML"],
    ];
    for (const [parts, code] of wrong) expect(await complete("strict", id, parts)).toMatchObject({ status: 400, code });
    for (const number of ["0", "10001", "1.5", "x"]) {
      const answer = await bucket.put(`strict?partNumber=${number}&uploadId=${id}`, "1");
      expect(answer).toMatchObject({ status: 400, code: "InvalidArgument" });
    }
    expect(await bucket.put("strict?partNumber=1&uploadId=none", "1")).toMatchObject({ code: "NoSuchUpload" });
    expect(await bucket.put(`other?partNumber=1&uploadId=${id}`, "1")).toMatchObject({ code: "NoSuchUpload" });
    expect((await complete("strict", id, [[1, first]])).status).toBe(200);
    expect((await bucket.send("GET", "strict")).body.toString()).toBe("small");
  });

  it("that is abandoned leaves nothing", async () => {
    const id = await begin("abandoned");
    const etag = await putPart("abandoned", id, 1, "1");
    expect((await bucket.send("DELETE", `abandoned?uploadId=${id}`)).status).toBe(204);
    expect(await complete("abandoned", id, [[1, etag]])).toMatchObject({ status: 404, code: "NoSuchUpload" });
    expect((await bucket.send("GET", "abandoned")).status).toBe(404);
  });

  it("lists its parts, page by page", async () => {
    const id = await begin("listed");
    for (const number of [1, 2, 5]) await putPart("listed", id, number, "x".repeat(number));
    const object = { Bucket, Key: "listed", UploadId: id };
    const page = await s3.send(new ListPartsCommand({ ...object, MaxParts: 2 }));
    expect(page.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect([page.IsTruncated, page.NextPartNumberMarker]).toEqual([true, "2"]);
    const rest = await s3.send(new ListPartsCommand({ ...object, PartNumberMarker: "2" }));
    expect([rest.IsTruncated, rest.Parts?.map(({ PartNumber }) => PartNumber)]).toEqual([false, [5]]);
  });

  it("takes a part from an object, or from a range of it", async () => {
    await bucket.put("source", "0123456789");
    const id = await begin("copied");
    const object = { Bucket, Key: "copied", UploadId: id, CopySource: `${Bucket}/source` };
    const copied = new UploadPartCopyCommand({ ...object, PartNumber: 1, CopySourceRange: "bytes=2-5" });
    const { CopyPartResult } = await s3.send(copied);
    expect((await complete("copied", id, [[1, CopyPartResult?.ETag ?? ""]])).status).toBe(200);
    expect((await bucket.send("GET", "copied")).body.toString()).toBe("2345");
    const again = { ...object, UploadId: await begin("copied"), PartNumber: 1 };
    for (const CopySourceRange of ["bytes=2-10", "bytes=5-2", "2-5"]) {
      const refused = s3.send(new UploadPartCopyCommand({ ...again, CopySourceRange }));
      await expect(refused).rejects.toMatchObject({ name: "InvalidArgument" });
    }
  });

  it("is written only where nothing is yet, if that is its condition", async () => {
    await bucket.put("once", "1");
    const id = await begin("once");
    const etag = await putPart("once", id, 1, "2");
    const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`;
    const answer = await bucket.send("POST", `once?uploadId=${id}`, body, { "if-none-match": "*" });
    expect(answer).toMatchObject({ status: 412, code: "PreconditionFailed" });
    expect((await bucket.send("GET", "once")).body.toString()).toBe("1");
  });
});

describe("an object of several parts", () => {
  const whole = Buffer.concat([large, Buffer.from("end")]);
  const make = async (path: string, headers: Record<string, string> = {}): Promise<void> => {
    const id = await begin(path, headers);
    const parts = [[2, await putPart(path, id, 2, large)] as const, [5, await putPart(path, id, 5, "end")] as const];
    expect((await complete(path, id, parts)).status).toBe(200);
  };

  it("is read part by part, under the numbers they were uploaded with", async () => {
    await make("numbered");
    const last = await bucket.send("GET", "numbered?partNumber=5");
    expect([last.status, last.body.toString(), last.headers["x-amz-mp-parts-count"]]).toEqual([206, "end", "2"]);
    for (const number of [1, 3]) {
      expect(await bucket.send("GET", `numbered?partNumber=${number}`)).toMatchObject({ code: "InvalidPartNumber" });
    }
    for (const number of ["0", "x", "10001"]) {
      const answer = await bucket.send("GET", `numbered?partNumber=${number}`);
      expect(answer).toMatchObject({ status: 400, code: "InvalidArgument" });
    }
    const both = await bucket.send("GET", "numbered?partNumber=5", undefined, { range: "bytes=0-1" });
    expect(both).toMatchObject({ status: 400, code: "InvalidRequest" });
  });

  it("is one of its own when it is copied: of one part, with the MD5 of its content and the checksum of all of it", async () => {
    const object = { Bucket, Key: "of-parts" };
    const ChecksumAlgorithm = "SHA256";
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...object, ChecksumAlgorithm }));
    const Parts = [];
    for (const [index, Body] of [large, "end"].entries()) {
      const part = { ...object, UploadId, PartNumber: index + 1, ChecksumAlgorithm, Body } as const;
      const { ETag, ChecksumSHA256 } = await s3.send(new UploadPartCommand(part));
      Parts.push({ PartNumber: index + 1, ETag, ChecksumSHA256 });
    }
    await s3.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload: { Parts } }));
    const source = await bucket.send("HEAD", "of-parts", undefined, { "x-amz-checksum-mode": "ENABLED" });
    expect([source.headers["etag"], source.headers["x-amz-checksum-sha256"]]).toEqual([
      expect.stringMatching(/-2"$/),
      expect.stringMatching(/-2$/),
    ]);
    await bucket.put("of-one", "", { "x-amz-copy-source": "/drop-box/of-parts" });
    const copied = await bucket.send("HEAD", "of-one", undefined, { "x-amz-checksum-mode": "ENABLED" });
    expect(copied.headers["etag"]).toBe(`"${createHash("md5").update(whole).digest("hex")}"`);
    expect(copied.headers["x-amz-checksum-sha256"]).toBe(createHash("sha256").update(whole).digest("base64"));
    const first = await bucket.send("HEAD", "of-one?partNumber=1");
    expect([first.status, first.headers["content-length"]]).toEqual([206, String(whole.length)]);
    expect((await bucket.send("GET", "of-one?partNumber=2")).status).toBe(416);
  });
});

describe("a list of uploads", () => {
  it("has those that are pending, by key and as they were begun, page by page", async () => {
    const ids = [await begin("pending/b"), await begin("pending/a"), await begin("pending/b"), await begin("other")];
    const list = (more: object = {}) =>
      s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: "pending/", ...more }));
    const shown = ({ Uploads = [] }: Awaited<ReturnType<typeof list>>) => Uploads.map(({ UploadId }) => UploadId);
    const all = await list();
    expect(shown(all)).toEqual([ids[1], ids[0], ids[2]]);
    expect(all.Uploads?.[0]).toMatchObject({ Key: "pending/a", StorageClass: "STANDARD", Initiated: expect.any(Date) });
    const page = await list({ MaxUploads: 2 });
    expect([page.IsTruncated, page.NextKeyMarker, shown(page)]).toEqual([true, "pending/b", [ids[1], ids[0]]]);
    const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
    const rest = await list({ KeyMarker, UploadIdMarker });
    expect([rest.IsTruncated, shown(rest)]).toEqual([false, [ids[2]]]);
    const grouped = await list({ Prefix: "", Delimiter: "/" });
    expect(grouped.CommonPrefixes).toContainEqual({ Prefix: "pending/" });
    await bucket.send("DELETE", `pending/a?uploadId=${ids[1]}`);
    expect(shown(await list())).toEqual([ids[0], ids[2]]);
  });
});

describe("the checksum of a multipart upload", () => {
  const parts = [large, Buffer.from("end")];
  const crc = (bytes: Buffer): Buffer => {
    const value = Buffer.alloc(4);
    value.writeUInt32BE(crc32(bytes));
    return value;
  };

  it.each([
    ["COMPOSITE", `${crc(Buffer.concat(parts.map(crc))).toString("base64")}-2`],
    ["FULL_OBJECT", crc(Buffer.concat(parts)).toString("base64")],
  ] as const)("is %s, as it was declared", async (ChecksumType, expected) => {
    const object = { Bucket, Key: ChecksumType };
    const created = new CreateMultipartUploadCommand({ ...object, ChecksumAlgorithm: "CRC32", ChecksumType });
    const { UploadId } = await s3.send(created);
    const Parts = [];
    for (const [index, Body] of parts.entries()) {
      const part = { ...object, UploadId, PartNumber: index + 1, ChecksumAlgorithm: "CRC32" } as const;
      const { ETag, ChecksumCRC32 } = await s3.send(new UploadPartCommand({ ...part, Body }));
      Parts.push({ PartNumber: index + 1, ETag, ChecksumCRC32 });
    }
    const whole = { ...object, UploadId, MultipartUpload: { Parts } };
    const wrong = s3.send(new CompleteMultipartUploadCommand({ ...whole, ChecksumCRC32: "AAAAAA==" }));
    await expect(wrong).rejects.toMatchObject({ name: "BadDigest" });
    const { ChecksumCRC32 } = await s3.send(new CompleteMultipartUploadCommand(whole));
    expect(ChecksumCRC32).toBe(expected);
    const head = await s3.send(new HeadObjectCommand({ ...object, ChecksumMode: "ENABLED" }));
    expect([head.ChecksumCRC32, head.ChecksumType]).toEqual([expected, ChecksumType]);
    const read = await s3.send(new GetObjectCommand({ ...object, ChecksumMode: "ENABLED" }));
    expect((await read.Body?.transformToByteArray())?.length).toBe(large.length + 3);
  });

  it.each([
    ["SHA256", "FULL_OBJECT"],
    ["CRC64NVME", "COMPOSITE"],
    ["MD4", "COMPOSITE"],
  ])("cannot be %s and %s", async (algorithm, type) => {
    const headers = { "x-amz-checksum-algorithm": algorithm, "x-amz-checksum-type": type };
    expect(await bucket.send("POST", "refused?uploads", "", headers)).toMatchObject({ code: "InvalidRequest" });
  });

  it("that is made of the parts' is asked for with each part, and again when the upload is completed", async () => {
    const id = await begin("composite", { "x-amz-checksum-algorithm": "CRC32" });
    const put = (headers: Record<string, string>) => bucket.put(`composite?partNumber=1&uploadId=${id}`, "1", headers);
    const missing = await put({});
    expect(missing).toMatchObject({ status: 400, code: "InvalidRequest" });
    expect(missing.body.toString()).toContain("expected checksum Type: crc32, actual checksum Type: null");
    const etag = String((await put({ "x-amz-sdk-checksum-algorithm": "CRC32" })).headers["etag"]);
    const incomplete = await complete("composite", id, [[1, etag]]);
    expect(incomplete).toMatchObject({ status: 400, code: "InvalidRequest" });
    expect(incomplete.body.toString()).toContain("must include the checksum for each part");
  });

  it("of a part is the part's, or it is not taken", async () => {
    const id = await begin("checked", { "x-amz-checksum-algorithm": "SHA1" });
    const put = (headers: Record<string, string>) => bucket.put(`checked?partNumber=1&uploadId=${id}`, "1", headers);
    expect(await put({ "x-amz-checksum-sha1": Buffer.alloc(20).toString("base64") })).toMatchObject({
      code: "BadDigest",
    });
    expect(await put({ "x-amz-checksum-crc32": crc(Buffer.from("1")).toString("base64") })).toMatchObject({
      code: "InvalidRequest",
    });
    const { body } = await bucket.send("GET", `checked?uploadId=${id}`);
    expect(body.toString()).not.toContain("<Part>");
  });
});
