import { createHash } from "node:crypto";
import { AwsError, type AwsResponse } from "../../kernel/endpoint/aws-service";
import {
  assertChecksum,
  type Checksum,
  type ChecksumAlgorithm,
  checksumAlgorithm,
  checksumElement,
  checksumHeader,
  checksumOf,
} from "./checksum";
import { objectHeaders } from "./object-headers";
import { partNumberOf } from "./read-object";
import { quoted, receivedContent } from "./received-content";
import { assertKey } from "./s3-address";
import { headersOf, numberIn, type S3Call, versionHeader } from "./s3-call";
import { element, xmlAnswer } from "./s3-xml";
import type { DeclaredUpload } from "./stored-object";
import { sourceOf } from "./write-object";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export const createMultipartUpload = ({ request: { headers }, address, store }: S3Call): AwsResponse => {
  assertKey(address.key);
  const named = headers["x-amz-checksum-algorithm"] ?? headers["x-amz-sdk-checksum-algorithm"];
  const algorithm = named === undefined ? undefined : checksumAlgorithm(named);
  const checksumType = checksumTypeOf(algorithm, headers["x-amz-checksum-type"]);
  const id = store.uploads.begin(address, { headers: objectHeaders(headers), algorithm, checksumType });
  const answer = xmlAnswer(
    "InitiateMultipartUploadResult",
    element("Bucket", address.bucket) + element("Key", address.key) + element("UploadId", id),
  );
  const about = {
    ...(algorithm === undefined ? {} : { "x-amz-checksum-algorithm": algorithm, "x-amz-checksum-type": checksumType }),
  };
  return { ...answer, headers: headersOf(answer, about) };
};

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
const checksumTypeOf = (
  algorithm: ChecksumAlgorithm | undefined,
  wanted: string | undefined,
): DeclaredUpload["checksumType"] => {
  const onlyWhole = algorithm === "CRC64NVME";
  const type = wanted?.toUpperCase() ?? (onlyWhole ? "FULL_OBJECT" : "COMPOSITE");
  const possible =
    algorithm === undefined ||
    (type === "COMPOSITE" && !onlyWhole) ||
    (type === "FULL_OBJECT" && !algorithm.startsWith("SHA"));
  if (possible && (type === "COMPOSITE" || type === "FULL_OBJECT")) return type;
  throw new AwsError(
    "InvalidRequest",
    `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
  );
};

export const uploadOf = ({
  query,
  store,
  address,
}: S3Call): { readonly id: string; readonly declared: DeclaredUpload } => {
  const id = query.get("uploadId") ?? "";
  const declared = store.uploads.find(address, id);
  if (declared !== undefined) return { id, declared };
  throw new AwsError(
    "NoSuchUpload",
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    404,
  );
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export const uploadPart = async (call: S3Call): Promise<AwsResponse> => {
  const number = partNumberOf(call.query);
  const { declared } = uploadOf(call);
  const { bytes, etag, checksum } = receivedContent(call.request);
  const named = checksum?.algorithm ?? call.request.headers["x-amz-sdk-checksum-algorithm"]?.toUpperCase();
  assertAlgorithm(declared, named);
  if (checksum !== undefined) await assertChecksum(checksum, [bytes]);
  const known = checksum ?? (await checksumFor(declared, bytes));
  // Looked up again: it may have ended meanwhile.
  const { id } = uploadOf(call);
  const value = known?.algorithm === declared.algorithm ? known?.value : undefined;
  call.store.uploads.putPart(id, { number, etag, size: bytes.length, checksum: value }, bytes);
  const about = known === undefined ? {} : { [checksumHeader(known.algorithm)]: known.value };
  return { status: 200, headers: { etag, ...about }, body: "" };
};

/** For a checksum of the whole that is composed of the parts' checksums, S3 requires one with each part. */
const assertAlgorithm = ({ algorithm, checksumType }: DeclaredUpload, named: string | undefined): void => {
  if (algorithm === undefined || algorithm === named) return;
  if (named === undefined && checksumType === "FULL_OBJECT") return;
  throw new AwsError(
    "InvalidRequest",
    `Checksum Type mismatch occurred, expected checksum Type: ${algorithm.toLowerCase()}, actual checksum Type: ${named?.toLowerCase() ?? "null"}`,
  );
};

const checksumFor = async ({ algorithm }: DeclaredUpload, bytes: Buffer): Promise<Checksum | undefined> =>
  algorithm === undefined ? undefined : { algorithm, value: await checksumOf(algorithm, [bytes]) };

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export const uploadPartCopy = async (call: S3Call): Promise<AwsResponse> => {
  const number = partNumberOf(call.query);
  const { declared } = uploadOf(call);
  const { store } = call;
  const source = sourceOf(call);
  const [from, to] = copiedRange(call.request.headers["x-amz-copy-source-range"], source.size);
  const bytes = store.contents.read(store.details(source).pieces, from, to);
  const checksum = await checksumFor(declared, bytes);
  const { id } = uploadOf(call);
  const etag = quoted(createHash("md5").update(bytes).digest("hex"));
  const part = { number, etag, size: bytes.length, checksum: checksum?.value };
  const { writtenAt } = store.uploads.putPart(id, part, bytes);
  const answer = xmlAnswer(
    "CopyPartResult",
    element("LastModified", writtenAt.toISOString()) +
      element("ETag", etag) +
      (checksum === undefined ? "" : element(checksumElement(checksum.algorithm), checksum.value)),
  );
  const about = versionHeader(store, source, "x-amz-copy-source-version-id");
  return { ...answer, headers: headersOf(answer, about) };
};

const copiedRange = (range: string | undefined, size: number): readonly [from: number, to: number] => {
  if (range === undefined) return [0, size];
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
  const [from, to] = [Number(first), Number(last) + 1];
  if (from < to && to <= size) return [from, to];
  throw new AwsError(
    "InvalidArgument",
    `The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy; it is ${range}, and the source has ${size} bytes`,
  );
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export const abortMultipartUpload = (call: S3Call): AwsResponse => {
  call.store.uploads.abort(uploadOf(call).id);
  return { status: 204, headers: {}, body: "" };
};

/** Most parts of one page. */
const maximumListed = 1_000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export const listParts = (call: S3Call): AwsResponse => {
  const { id, declared } = uploadOf(call);
  const marker = numberIn(call.query, "part-number-marker", 0);
  const limit = Math.min(numberIn(call.query, "max-parts", maximumListed), maximumListed);
  const rest = call.store.uploads.parts(id).filter(({ number }) => number > marker);
  const listed = rest.slice(0, limit);
  const { algorithm } = declared;
  return xmlAnswer(
    "ListPartsResult",
    element("Bucket", call.address.bucket) +
      element("Key", call.address.key) +
      element("UploadId", id) +
      element("PartNumberMarker", marker) +
      element("NextPartNumberMarker", listed.at(-1)?.number ?? 0) +
      element("MaxParts", limit) +
      element("IsTruncated", rest.length > listed.length) +
      element("ChecksumAlgorithm", algorithm) +
      listed
        .map(
          ({ number, writtenAt, etag, size, checksum }) =>
            `<Part>${element("PartNumber", number)}${element("LastModified", writtenAt.toISOString())}` +
            `${element("ETag", etag)}${element("Size", size)}` +
            `${algorithm === undefined ? "" : element(checksumElement(algorithm), checksum)}</Part>`,
        )
        .join(""),
  );
};
