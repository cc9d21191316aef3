import { createHash } from "node:crypto";
import { AwsError, type AwsResponse } from "../../kernel/endpoint/aws-service";
import { assertChecksum, checksumOf } from "./checksum";
import { objectHeaders } from "./object-headers";
import { checksumElements, checksumHeaders, isWanted, namedVersion } from "./read-object";
import { quoted, receivedContent } from "./received-content";
import { assertKey, copySourceOf } from "./s3-address";
import { assertWriteCondition, headersOf, preconditionFailed, type S3Call, versionHeader } from "./s3-call";
import { element, xmlAnswer } from "./s3-xml";
import type { ObjectDetails, ObjectVersion } from "./stored-object";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject = async (call: S3Call): Promise<AwsResponse> => {
  const { request, address, store } = call;
  assertKey(address.key);
  const headers = objectHeaders(request.headers);
  const { bytes, etag, checksum } = receivedContent(request);
  if (checksum !== undefined) await assertChecksum(checksum, [bytes]);
  assertWriteCondition(call);
  const version = store.write(address, () => ({
    etag,
    headers,
    checksum,
    pieces: [{ content: store.contents.add(bytes), size: bytes.length }],
  }));
  await call.notify("ObjectCreated:Put", version);
  const about = { etag, ...checksumHeaders({ checksum }), ...versionHeader(store, version) };
  return { status: 200, headers: about, body: "" };
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export const copyObject = async (call: S3Call): Promise<AwsResponse> => {
  const { request, address, store } = call;
  assertKey(address.key);
  const source = sourceOf(call);
  const details = store.details(source);
  const replaced = request.headers["x-amz-metadata-directive"]?.toUpperCase() === "REPLACE";
  const own = objectHeaders(request.headers);
  if (!replaced) assertChanged(call);
  const { etag, checksum } = await asOnePiece(call, source, details);
  // What was waited for may have replaced the source.
  if (sourceOf(call).sequence !== source.sequence) return copyObject(call);
  assertWriteCondition(call);
  const version = store.write(address, () => ({
    etag,
    headers: replaced ? own : details.headers,
    checksum,
    // The copy of an object of several parts is of one piece for each, and of no parts.
    pieces: details.pieces.map(({ content, size }) => ({ content: store.contents.copy(content), size })),
  }));
  await call.notify("ObjectCreated:Copy", version);
  const answer = xmlAnswer(
    "CopyObjectResult",
    element("ETag", version.etag) +
      element("LastModified", version.writtenAt.toISOString()) +
      checksumElements({ checksum }),
  );
  const about = {
    ...versionHeader(store, version),
    ...versionHeader(store, source, "x-amz-copy-source-version-id"),
  };
  return { ...answer, headers: headersOf(answer, about) };
};

/** Headers by which a copy onto itself changes what S3 keeps of an object. */
const changes = ["x-amz-storage-class", "x-amz-website-redirect-location", "x-amz-server-side-encryption"];

/** @throws AwsError InvalidRequest for a copy of an object, as it is, onto itself */
const assertChanged = ({ request, address }: S3Call): void => {
  const source = copySourceOf(request);
  const itself = source?.bucket === address.bucket && source.key === address.key && source.versionId === undefined;
  if (!itself || changes.some((name) => request.headers[name] !== undefined)) return;
  throw new AwsError(
    "InvalidRequest",
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
};

/**
 * A copy is of one part whatever its source was: its entity tag is the MD5 of all of it, and its checksum that of the whole.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html (ETag), and
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
const asOnePiece = async (
  { store }: S3Call,
  source: ObjectVersion,
  { pieces, checksum }: ObjectDetails,
): Promise<Pick<ObjectDetails, "checksum"> & { readonly etag: string }> => {
  if (pieces.every(({ part }) => part === undefined)) return { etag: source.etag, checksum };
  const hash = createHash("md5");
  for (const bytes of store.contents.pieces(pieces)) hash.update(bytes);
  const whole = checksum && {
    ...checksum,
    value: await checksumOf(checksum.algorithm, store.contents.pieces(pieces)),
  };
  return { etag: quoted(hash.digest("hex")), checksum: whole };
};

/** The version that a copy is made of, whose conditions hold. */
export const sourceOf = ({ request, store }: S3Call): ObjectVersion => {
  const address = copySourceOf(request);
  if (address === undefined || address.key === "") {
    throw new AwsError("InvalidArgument", "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  }
  if (!store.hasBucket(address.bucket)) {
    throw new AwsError("NoSuchBucket", `The specified bucket does not exist: ${address.bucket}`, 404);
  }
  const source = namedVersion(store, address);
  if (source.isDeleteMarker) {
    throw address.versionId === undefined
      ? new AwsError("NoSuchKey", "The specified key does not exist.", 404)
      : new AwsError("InvalidRequest", "The source of a copy request may not specifically refer to a delete marker.");
  }
  if (!isWanted(request.headers, source, "x-amz-copy-source-")) throw preconditionFailed();
  return source;
};
