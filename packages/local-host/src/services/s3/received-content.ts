import { createHash } from "node:crypto";
import { AwsError, type AwsRequest } from "../../kernel/endpoint/aws-service";
import { incompleteBody, malformedTrailer, type Unchunked, unchunked } from "./aws-chunked";
import { type Checksum, claimedChecksum, isBase64 } from "./checksum";

/** The content of an object or of a part, as its sender means it. */
export interface ReceivedContent {
  readonly bytes: Buffer;
  /** Entity tag, with its quotation marks. */
  readonly etag: string;
  /** What the sender claims; to be checked with assertChecksum, which takes its time. */
  readonly checksum: Checksum | undefined;
}

type Sent = Pick<AwsRequest, "headers" | "body">;

const isChunked = ({ headers }: Sent): boolean =>
  headers["x-amz-content-sha256"]?.startsWith("STREAMING-") === true ||
  /(^|,)\s*aws-chunked\s*(,|$)/i.test(headers["content-encoding"] ?? "");

export const quoted = (hash: string): string => `"${hash}"`;

/**
 * Reads the body of a request that stores it, and checks it against what its sender says of it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
 * @throws AwsError IncompleteBody, InvalidDigest, BadDigest, InvalidRequest, MalformedTrailerError and the like
 */
export const receivedContent = (sent: Sent): ReceivedContent => {
  const chunked = isChunked(sent);
  const { content: bytes, trailers } = chunked ? unpack(sent) : { content: sent.body, trailers: {} };
  const md5 = createHash("md5").update(bytes).digest();
  assertDigests(sent.headers, md5, sent.body);
  return { bytes, etag: quoted(md5.toString("hex")), checksum: claimedChecksum({ ...sent.headers, ...trailers }) };
};

const unpack = (sent: Sent): Unchunked => {
  const length = sent.headers["x-amz-decoded-content-length"];
  if (length === undefined) {
    throw new AwsError("MissingContentLength", "You must provide the x-amz-decoded-content-length HTTP header.", 411);
  }
  const unpacked = unchunked(sent.body);
  if (Number(length) !== unpacked.content.length) {
    throw incompleteBody(
      `x-amz-decoded-content-length is ${length}, and the chunks have ${unpacked.content.length} bytes`,
    );
  }
  const announced = sent.headers["x-amz-trailer"]?.toLowerCase().split(",") ?? [];
  if (announced.some((name) => !Object.hasOwn(unpacked.trailers, name.trim()))) throw malformedTrailer();
  return unpacked;
};

const assertDigests = (headers: Sent["headers"], md5: Buffer, body: Buffer): void => {
  const [contentMd5, sha256] = [headers["content-md5"], headers["x-amz-content-sha256"]];
  if (contentMd5 !== undefined) {
    if (!isBase64(contentMd5, md5.length)) {
      throw new AwsError("InvalidDigest", "The Content-MD5 you specified was invalid.");
    }
    if (contentMd5 !== md5.toString("base64")) {
      throw new AwsError("BadDigest", "The Content-MD5 you specified did not match what we received.");
    }
  }
  if (sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256)) return;
  if (sha256 !== createHash("sha256").update(body).digest("hex")) {
    throw new AwsError(
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
};
