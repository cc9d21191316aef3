import { AwsError, type AwsResponse } from "../../kernel/endpoint/aws-service";
import { assertChecksum } from "./checksum";
import { objectHeaders } from "./object-headers";
import { checksumElements, checksumHeaders, isWanted, namedVersion } from "./read-object";
import { receivedContent } from "./received-content";
import { assertKey, copySourceOf } from "./s3-address";
import { assertWriteCondition, headersOf, preconditionFailed, type S3Call, versionHeader } from "./s3-call";
import { element, xmlAnswer } from "./s3-xml";
import type { ObjectVersion } from "./stored-object";

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
  assertWriteCondition(call);
  const version = store.write(address, () => ({
    etag: source.etag,
    headers: replaced ? own : details.headers,
    checksum: details.checksum,
    // The copy of an object of several parts is of one piece for each, and of no parts.
    pieces: details.pieces.map(({ content, size }) => ({ content: store.contents.copy(content), size })),
  }));
  await call.notify("ObjectCreated:Copy", version);
  const answer = xmlAnswer(
    "CopyObjectResult",
    element("ETag", version.etag) +
      element("LastModified", version.writtenAt.toISOString()) +
      checksumElements({ checksum: details.checksum }),
  );
  const about = {
    ...versionHeader(store, version),
    ...versionHeader(store, source, "x-amz-copy-source-version-id"),
  };
  return { ...answer, headers: headersOf(answer, about) };
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
