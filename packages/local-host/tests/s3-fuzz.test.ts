import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { allowEverything } from "../src/kernel/endpoint/access-control";
import { sendRaw } from "./bucket-request";
import { type HostedMessaging, hostedMessaging } from "./hosted-messaging";
import { Bucket, buckets } from "./versioned-bucket";

/** FUZZ_FACTOR=50 for a long run; FUZZ_SEED for another one. */
const factor = Number(process.env["FUZZ_FACTOR"] ?? 1);
const seed = Number(process.env["FUZZ_SEED"] ?? 20_261_126);

let host: HostedMessaging;
beforeAll(async () => {
  host = await hostedMessaging({ resources: buckets, access: allowEverything });
  await send("PUT", `/${Bucket}/key`, "content");
});
afterAll(() => host.stop());

/** With a Content-Length for every body, which Node.js leaves out where a method has none as a rule. */
const send = (method: string, path: string, body: Buffer | string, headers: Readonly<Record<string, string>> = {}) => {
  const length =
    Buffer.byteLength(body) > 0 || method === "PUT" ? { "content-length": String(Buffer.byteLength(body)) } : {};
  return sendRaw(host.url, path, { method, body, headers: { ...length, ...headers } });
};

const value = fc.oneof(
  fc.constantFrom(
    "",
    "0",
    "1",
    "-1",
    "1e9",
    "x",
    "null",
    "%00",
    "%ff",
    "..",
    "/",
    "url",
    "a".repeat(33),
    "A".repeat(32),
  ),
  fc.string({ maxLength: 8, unit: "binary" }).map((text) => encodeURIComponent(text.toWellFormed())),
);
const parameter = fc.constantFrom(
  ...["uploads", "uploadId", "partNumber", "versionId", "attributes", "delete", "versions", "list-type", "prefix"],
  ...["delimiter", "max-keys", "max-parts", "max-uploads", "marker", "key-marker", "version-id-marker", "start-after"],
  ...["continuation-token", "encoding-type", "upload-id-marker", "part-number-marker", "response-content-type"],
  ...["response-expires", "X-Amz-Signature", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "Expires", "tagging"],
);
const query = fc.array(
  fc.tuple(parameter, value).map(([name, text]) => `${name}=${text}`),
  { maxLength: 4 },
);
const path = fc.oneof(
  fc.constantFrom(
    "/",
    "//",
    "///",
    "//key",
    `/${Bucket}`,
    `/${Bucket}/`,
    `/${Bucket}//`,
    `/${Bucket}/key`,
    "/none/key",
  ),
  value.map((key) => `/${Bucket}/${key}`),
);

const headerText = fc.oneof(
  fc.constantFrom(
    "",
    "*",
    '"x"',
    "bytes=0-",
    "bytes=-0",
    "bytes=9-1",
    "CRC32",
    "CRC64NVME",
    "SHA1",
    "FULL_OBJECT",
    "5",
  ),
  fc.constantFrom(
    "ETag",
    "REPLACE",
    "aws-chunked",
    "gzip, aws-chunked",
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "AAAAAA==",
  ),
  fc.constantFrom(`${Bucket}/key`, `/${Bucket}/key?versionId=null`, `/${Bucket}/key?versionId=x`, "/", "%", "ENABLED"),
  fc.constantFrom("Thu, 26 Nov 2026 00:00:00 GMT", "x-amz-checksum-crc32", "0".repeat(64), "\u00e9", "a".repeat(3_000)),
);
const headerName = fc.constantFrom(
  ...["range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "content-md5", "content-type"],
  ...["content-encoding", "x-amz-content-sha256", "x-amz-decoded-content-length", "x-amz-trailer", "x-amz-copy-source"],
  ...["x-amz-copy-source-range", "x-amz-copy-source-if-match", "x-amz-metadata-directive", "x-amz-checksum-algorithm"],
  ...[
    "x-amz-checksum-type",
    "x-amz-checksum-crc32",
    "x-amz-checksum-sha256",
    "x-amz-object-attributes",
    "x-amz-meta-a",
  ],
  ...["x-amz-checksum-mode", "x-amz-tagging", "expires"],
);
const body = fc.oneof(
  fc.constantFrom(
    "",
    "content",
    "5\r\nhello\r\n0\r\n\r\n",
    "5\r\nhel",
    "0\r\n:\r\n",
    "0\r\nx-amz-checksum-crc32:x\r\n\r\n",
  ),
  fc.constantFrom(
    ...[
      "<Delete/>",
      "<Delete><Object/></Delete>",
      "<Delete><Object><Key>key</Key><VersionId>x</VersionId></Object></Delete>",
    ],
    ...["<a", "<!DOCTYPE a>", "<Delete><Object><Key>a</Key><Key>b</Key></Object></Delete>", "<__proto__/>", "{}"],
    "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>",
    "<a>".repeat(20_000),
  ),
  fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
);

const requests = fc.record({
  method: fc.constantFrom("GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"),
  url: fc.tuple(path, query).map(([at, of]) => (of.length === 0 ? at : `${at}?${of.join("&")}`)),
  headers: fc.dictionary(headerName, headerText, { maxKeys: 4 }),
  body,
});

it("S3 answers any request with an error of its own, and goes on", async () => {
  const authorization = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, Signature=0";
  const wrong: unknown[] = [];
  const answers = new Map<number, number>();
  for (const request of fc.sample(requests, { seed, numRuns: 600 * factor })) {
    const { method, url, headers, body: content } = request;
    const { status } = await send(method, url, content, { authorization, ...headers });
    answers.set(status, (answers.get(status) ?? 0) + 1);
    if (status >= 500 && status !== 501) wrong.push({ status, ...request });
  }
  if (factor > 1)
    process.stdout.write(`S3, seed ${seed}: ${JSON.stringify(Object.fromEntries([...answers].sort()))}\n`);
  expect(wrong).toEqual([]);
  expect(host.events).toEqual([]);
  expect(await send("PUT", "/plain/after", "x")).toMatchObject({ status: 200 });
});
