import { AwsError, type AwsRequest, type AwsResponse } from "../../kernel/endpoint/aws-service";
import { errorAnswer } from "../../kernel/endpoint/error-answer";
import { checksumElement, checksumHeader } from "./checksum";
import type { ObjectStore } from "./object-store";
import type { ObjectAddress } from "./s3-address";
import {
  assertVersionId,
  headersOf,
  matchesTag,
  methodNotAllowed,
  noSuchKey,
  preconditionFailed,
  type S3Call,
  versionHeader,
} from "./s3-call";
import { element, xmlAnswer } from "./s3-xml";
import type { ContentPiece, ObjectDetails, ObjectVersion } from "./stored-object";

/** The version that is named, or the latest, which may be a delete marker. */
export const namedVersion = (store: ObjectStore, address: ObjectAddress): ObjectVersion => {
  const { versionId } = address;
  if (versionId !== undefined) assertVersionId(versionId);
  const version = versionId === undefined ? store.latest(address) : store.find(address, versionId);
  if (version !== undefined) return version;
  throw versionId === undefined
    ? noSuchKey()
    : new AwsError("NoSuchVersion", "The specified version does not exist.", 404);
};

/** Part of an object: from one position up to another, which is not among them. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** GetObject and HeadObject. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export const readObject = (call: S3Call, { withContent }: { readonly withContent: boolean }): AwsResponse => {
  const { store, address, query, request } = call;
  const version = namedVersion(store, address);
  if (version.isDeleteMarker) return hidden(version, address);
  const details = store.details(version);
  const headers = {
    "content-type": "binary/octet-stream",
    ...details.headers,
    ...overridden(query),
    "accept-ranges": "bytes",
    etag: version.etag,
    "last-modified": version.writtenAt.toUTCString(),
    ...versionHeader(store, version),
  };
  if (!isWanted(request.headers, version)) return { status: 304, headers, body: "" };
  const parts = details.pieces.filter(({ part }) => part !== undefined).length;
  if (query.has("partNumber") && request.headers["range"] !== undefined) {
    throw new AwsError("InvalidRequest", "Cannot specify both Range header and partNumber query parameter");
  }
  const span = query.has("partNumber") ? partSpan(query, details) : rangeSpan(request.headers["range"], version.size);
  if (span === "unsatisfiable") return unsatisfiable(version.size);
  const { from, to } = span ?? { from: 0, to: version.size };
  return {
    status: span === undefined ? 200 : 206,
    headers: {
      ...headers,
      "content-length": String(to - from),
      ...(span === undefined ? {} : { "content-range": `bytes ${from}-${to - 1}/${version.size}` }),
      ...(query.has("partNumber") && parts > 0 ? { "x-amz-mp-parts-count": String(parts) } : {}),
      ...(span === undefined && request.headers["x-amz-checksum-mode"]?.toUpperCase() === "ENABLED"
        ? checksumHeaders(details)
        : {}),
    },
    body: withContent ? store.contents.read(details.pieces, from, to) : "",
  };
};

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html */
const hidden = ({ id, writtenAt }: ObjectVersion, { versionId }: ObjectAddress): AwsResponse => {
  const marker = { "x-amz-delete-marker": "true", "x-amz-version-id": id };
  const [error, about] =
    versionId === undefined
      ? [noSuchKey(), marker]
      : [methodNotAllowed(), { ...marker, allow: "DELETE", "last-modified": writtenAt.toUTCString() }];
  const answer = errorAnswer(error, "s3");
  return { ...answer, headers: headersOf(answer, about) };
};

/** The parameters response-content-type and the like. @throws AwsError InvalidArgument for a value that no header can have */
const overridden = (query: URLSearchParams): AwsResponse["headers"] =>
  Object.fromEntries(
    ["content-type", "content-language", "expires", "cache-control", "content-disposition", "content-encoding"].flatMap(
      (name) => {
        const value = query.get(`response-${name}`);
        if (value === null) return [];
        // A header is ISO-8859-1 without control characters.
        if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return [[name, value]];
        throw new AwsError("InvalidArgument", "Header value cannot be represented using ISO-8859-1.");
      },
    ),
  );

/**
 * Whether the conditions of a read ask for the object; where two are given, the entity tag decides.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-reads.html
 * @throws AwsError PreconditionFailed
 */
export const isWanted = (headers: AwsRequest["headers"], { etag, writtenAt }: ObjectVersion, prefix = ""): boolean => {
  const [ifMatch, ifNoneMatch] = [headers[`${prefix}if-match`], headers[`${prefix}if-none-match`]];
  const second = Math.floor(writtenAt.getTime() / 1_000) * 1_000;
  // An invalid date is ignored.
  const dated = (name: string): number => Date.parse(headers[`${prefix}${name}`] ?? "");
  if (ifMatch === undefined ? second > dated("if-unmodified-since") : !matchesTag(ifMatch, etag)) {
    throw preconditionFailed();
  }
  return !(ifNoneMatch === undefined ? second <= dated("if-modified-since") : matchesTag(ifNoneMatch, etag));
};

/** With the length, as https://www.rfc-editor.org/rfc/rfc9110#section-15.5.17 has it, and S3 too. */
const unsatisfiable = (size: number): AwsResponse => {
  const answer = errorAnswer(new AwsError("InvalidRange", "The requested range is not satisfiable", 416), "s3");
  return { ...answer, headers: headersOf(answer, { "content-range": `bytes */${size}` }) };
};

/** Of one range; anything else is ignored. */
const rangeSpan = (range: string | undefined, size: number): Span | "unsatisfiable" | undefined => {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range?.replaceAll(" ", "") ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  const from = first === "" ? Math.max(size - Number(last), 0) : Number(first);
  const to = first === "" || last === "" ? size : Math.min(Number(last) + 1, size);
  return from < to ? { from, to } : "unsatisfiable";
};

/** The part that was uploaded under a number; an object that was not uploaded in parts is its own first. */
const partSpan = (query: URLSearchParams, { pieces }: ObjectDetails): Span | undefined => {
  const number = partNumberOf(query);
  const whole = pieces.every(({ part }) => part === undefined);
  let from = 0;
  for (const { size, part } of whole ? [sumOf(pieces)] : pieces) {
    if ((part?.number ?? 1) === number) return size === 0 ? undefined : { from, to: from + size };
    from += size;
  }
  throw new AwsError("InvalidPartNumber", "The requested partnumber is not satisfiable", 416);
};

const sumOf = (pieces: readonly ContentPiece[]): Pick<ContentPiece, "size" | "part"> => ({
  size: pieces.reduce((sum, { size }) => sum + size, 0),
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
const maximumPart = 10_000;

/** @throws AwsError InvalidArgument */
export const partNumberOf = (query: URLSearchParams): number => {
  const number = Number(query.get("partNumber") ?? "");
  if (Number.isInteger(number) && number >= 1 && number <= maximumPart) return number;
  throw new AwsError("InvalidArgument", `Part number must be an integer between 1 and ${maximumPart}, inclusive`);
};

const checksumType = (value: string): string => (value.includes("-") ? "COMPOSITE" : "FULL_OBJECT");

export const checksumHeaders = ({ checksum }: Pick<ObjectDetails, "checksum">): AwsResponse["headers"] =>
  checksum === undefined
    ? {}
    : {
        [checksumHeader(checksum.algorithm)]: checksum.value,
        "x-amz-checksum-type": checksumType(checksum.value),
      };

export const checksumElements = ({ checksum }: Pick<ObjectDetails, "checksum">): string =>
  checksum === undefined
    ? ""
    : element(checksumElement(checksum.algorithm), checksum.value) +
      element("ChecksumType", checksumType(checksum.value));

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html */
export const objectAttributes = ({ store, address, request }: S3Call): AwsResponse => {
  const version = namedVersion(store, address);
  if (version.isDeleteMarker) return hidden(version, address);
  const details = store.details(version);
  const wanted = (request.headers["x-amz-object-attributes"] ?? "").split(",").map((each) => each.trim());
  const parts = details.pieces.filter(({ part }) => part !== undefined).length;
  const attributes: Readonly<Record<string, string>> = {
    ETag: element("ETag", version.etag.replaceAll('"', "")),
    Checksum: details.checksum === undefined ? "" : `<Checksum>${checksumElements(details)}</Checksum>`,
    ObjectParts: parts === 0 ? "" : `<ObjectParts>${element("PartsCount", parts)}</ObjectParts>`,
    StorageClass: element("StorageClass", details.headers["x-amz-storage-class"] ?? "STANDARD"),
    ObjectSize: element("ObjectSize", version.size),
  };
  if (wanted.some((name) => !Object.hasOwn(attributes, name))) {
    throw new AwsError("InvalidArgument", "Invalid attribute name specified.");
  }
  const answer = xmlAnswer("GetObjectAttributesResponse", wanted.map((name) => attributes[name]).join(""));
  const about = { "last-modified": version.writtenAt.toUTCString(), ...versionHeader(store, version) };
  return { ...answer, headers: headersOf(answer, about) };
};
