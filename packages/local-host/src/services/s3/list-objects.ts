import { AwsError, type AwsResponse } from "../../kernel/endpoint/aws-service";
import { numberIn, type S3Call } from "./s3-call";
import { element, xmlAnswer } from "./s3-xml";
import type { ObjectVersion } from "./stored-object";

/** Most entries of one page, and how many there are if none is named. */
const maximumKeys = 1_000;

/** What all lists are asked for. */
export interface ListRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxKeys: number;
  /** Text as it is, or encoded as for a URL where the caller wants it so. */
  readonly encoded: (text: string) => string;
  readonly encodingType: string | undefined;
}

export const listRequest = (query: URLSearchParams, limit = "max-keys"): ListRequest => {
  const encodingType = query.get("encoding-type") ?? undefined;
  if (encodingType !== undefined && encodingType !== "url") {
    throw new AwsError("InvalidArgument", "Invalid Encoding Method specified in Request");
  }
  return {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") ?? "",
    maxKeys: Math.min(numberIn(query, limit, maximumKeys), maximumKeys),
    encoded: encodingType === undefined ? (text) => text : urlEncoded,
    encodingType,
  };
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html#API_ListObjectsV2_ResponseSyntax, EncodingType */
const urlEncoded = (text: string): string =>
  encodeURIComponent(text)
    .replaceAll("%2F", "/")
    .replaceAll("%20", "+")
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** What a list is of, by key. */
type Listed = Pick<ObjectVersion, "key">;

interface Page<Of extends Listed> {
  /** What is listed, or prefixes that several of them have in common. */
  readonly entries: readonly (Of | string)[];
  /** The last entry, where there are more. */
  readonly last: Of | string | undefined;
}

/** @param after the last entry of the page before; a common prefix is not listed again */
export const pageOf = <Of extends Listed>(found: Iterable<Of>, request: ListRequest, after: string): Page<Of> => {
  const { prefix, delimiter, maxKeys } = request;
  const entries: (Of | string)[] = [];
  if (maxKeys === 0) return { entries, last: undefined };
  let group = after;
  for (const each of found) {
    const end = delimiter === "" ? -1 : each.key.indexOf(delimiter, prefix.length);
    const common = end < 0 ? undefined : each.key.slice(0, end + delimiter.length);
    if (common !== undefined && common === group) continue;
    if (entries.length === maxKeys) return { entries, last: entries.at(-1) };
    if (common !== undefined) group = common;
    entries.push(common ?? each);
  }
  return { entries, last: undefined };
};

export const keyOf = (entry: Listed | string): string => (typeof entry === "string" ? entry : entry.key);

export const commonPrefixes = ({ entries }: Page<Listed>, encoded: ListRequest["encoded"]): string =>
  entries
    .filter((entry) => typeof entry === "string")
    .map((prefix) => `<CommonPrefixes>${element("Prefix", encoded(prefix))}</CommonPrefixes>`)
    .join("");

const aboutContent = ({ writtenAt, etag, size }: ObjectVersion): string =>
  element("LastModified", writtenAt.toISOString()) +
  element("ETag", etag) +
  element("Size", size) +
  element("StorageClass", "STANDARD");

const owner = "<Owner><ID>local</ID></Owner>";

const objectsIn = ({ entries }: Page<ObjectVersion>, encoded: ListRequest["encoded"], withOwner: boolean): string =>
  entries
    .filter((entry) => typeof entry !== "string")
    .map(
      (object) =>
        `<Contents>${element("Key", encoded(object.key))}${aboutContent(object)}${withOwner ? owner : ""}</Contents>`,
    )
    .join("");

const aboutRequest = (bucket: string, request: ListRequest, page: Page<ObjectVersion>): string =>
  element("Name", bucket) +
  element("Prefix", request.encoded(request.prefix)) +
  element("Delimiter", request.delimiter === "" ? undefined : request.encoded(request.delimiter)) +
  element("MaxKeys", request.maxKeys) +
  element("EncodingType", request.encodingType) +
  element("IsTruncated", page.last !== undefined);

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */
export const listObjects = ({ store, address: { bucket }, query }: S3Call): AwsResponse => {
  const request = listRequest(query);
  const { encoded } = request;
  const marker = query.get("marker") ?? "";
  const page = pageOf(store.objects(bucket, request.prefix, marker), request, marker);
  const next = page.last === undefined || request.delimiter === "" ? undefined : encoded(keyOf(page.last));
  return xmlAnswer(
    "ListBucketResult",
    aboutRequest(bucket, request, page) +
      element("Marker", encoded(marker)) +
      element("NextMarker", next) +
      objectsIn(page, encoded, true) +
      commonPrefixes(page, encoded),
  );
};

const tokenBeginning = "after:";
const tokenOf = (key: string): string => Buffer.from(`${tokenBeginning}${key}`).toString("base64url");

/** The last key of the page before. @throws AwsError InvalidArgument for a token that was not given out */
const keyOfToken = (token: string): string => {
  const text = Buffer.from(token, "base64url").toString();
  const key = text.slice(tokenBeginning.length);
  if (text.startsWith(tokenBeginning) && tokenOf(key) === token) return key;
  throw new AwsError("InvalidArgument", "The continuation token provided is incorrect");
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listObjectsV2 = ({ store, address: { bucket }, query }: S3Call): AwsResponse => {
  const request = listRequest(query);
  const { encoded } = request;
  const [token, startAfter] = [query.get("continuation-token") ?? undefined, query.get("start-after") ?? undefined];
  const after = token === undefined ? (startAfter ?? "") : keyOfToken(token);
  const page = pageOf(store.objects(bucket, request.prefix, after), request, after);
  return xmlAnswer(
    "ListBucketResult",
    aboutRequest(bucket, request, page) +
      element("KeyCount", page.entries.length) +
      element("ContinuationToken", token) +
      element("NextContinuationToken", page.last === undefined ? undefined : tokenOf(keyOf(page.last))) +
      element("StartAfter", startAfter === undefined ? undefined : encoded(startAfter)) +
      objectsIn(page, encoded, query.get("fetch-owner") === "true") +
      commonPrefixes(page, encoded),
  );
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export const listObjectVersions = ({ store, address: { bucket }, query }: S3Call): AwsResponse => {
  const request = listRequest(query);
  const { encoded } = request;
  const [key, id] = [query.get("key-marker") ?? "", query.get("version-id-marker") || undefined];
  const page = pageOf(store.versions(bucket, request.prefix, { key, id }), request, key);
  const { last } = page;
  return xmlAnswer(
    "ListVersionsResult",
    aboutRequest(bucket, request, page) +
      element("KeyMarker", encoded(key)) +
      element("VersionIdMarker", id ?? "") +
      element("NextKeyMarker", last === undefined ? undefined : encoded(keyOf(last))) +
      element("NextVersionIdMarker", typeof last === "string" ? undefined : last?.id) +
      page.entries
        .filter((entry) => typeof entry !== "string")
        .map((version) => versionElement(version, encoded))
        .join("") +
      commonPrefixes(page, encoded),
  );
};

const versionElement = (version: ObjectVersion, encoded: ListRequest["encoded"]): string => {
  const { key, id, isLatest, isDeleteMarker, writtenAt } = version;
  const common = element("Key", encoded(key)) + element("VersionId", id) + element("IsLatest", isLatest) + owner;
  return isDeleteMarker
    ? `<DeleteMarker>${common}${element("LastModified", writtenAt.toISOString())}</DeleteMarker>`
    : `<Version>${common}${aboutContent(version)}</Version>`;
};
