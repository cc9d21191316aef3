import { AwsError, type AwsRequest, type AwsResponse } from "../../kernel/endpoint/aws-service";
import { errorAnswer } from "../../kernel/endpoint/error-answer";
import { checksumElement, checksumHeader } from "./checksum";
import type { ObjectStore } from "./object-store";
import type { ObjectAddress } from "./s3-address";
import {
  assertVersionId,
  headersOf,
  matchesTag,
  noSuchKey,
  preconditionFailed,
  type S3Call,
  versionHeader,
} from "./s3-call";
import { element, xmlAnswer } from "./s3-xml";
import type { ObjectDetails, ObjectVersion } from "./stored-object";

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
  const span = partSpan(query, details) ?? rangeSpan(request.headers["range"], version.size);
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
      : [
          new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405),
          { ...marker, allow: "DELETE", "last-modified": writtenAt.toUTCString() },
        ];
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
  // A date that is none is ignored.
  const dated = (name: string): number => Date.parse(headers[`${prefix}${name}`] ?? "");
  if (ifMatch === undefined ? second > dated("if-unmodified-since") : !matchesTag(ifMatch, etag)) {
    throw preconditionFailed();
  }
  return !(ifNoneMatch === undefined ? second <= dated("if-modified-since") : matchesTag(ifNoneMatch, etag));
};

/** Of one range; anything else is ignored. */
const rangeSpan = (range: string | undefined, size: number): Span | undefined => {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range?.replaceAll(" ", "") ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  const from = first === "" ? Math.max(size - Number(last), 0) : Number(first);
  const to = first === "" || last === "" ? size : Math.min(Number(last) + 1, size);
  if (from >= to) throw new AwsError("InvalidRange", "The requested range is not satisfiable", 416);
  return { from, to };
};

const partSpan = (query: URLSearchParams, { pieces }: ObjectDetails): Span | undefined => {
  const text = query.get("partNumber");
  if (text === null) return undefined;
  const number = Number(text);
  let from = 0;
  for (const [index, { size, part }] of pieces.entries()) {
    if ((part?.number ?? index + 1) === number) return size === 0 ? undefined : { from, to: from + size };
    from += size;
  }
  throw new AwsError("InvalidPartNumber", "The requested partnumber is not satisfiable", 416);
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
