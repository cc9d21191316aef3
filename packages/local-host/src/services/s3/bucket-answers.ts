import { AwsError, type AwsRequest, type AwsResponse } from "../../kernel/endpoint/aws-service";
import { escapeXml } from "../../kernel/endpoint/xml";
import type { ObjectVersion, ObjectVersions } from "./object-versions";
import type { ObjectAddress } from "./s3-address";
import type { Removal } from "./versioned-objects";

const document = (root: string, content: string): AwsResponse => ({
  status: 200,
  headers: { "content-type": "application/xml" },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</${root}>`,
});

const element = (name: string, text: string | number | boolean): string =>
  `<${name}>${escapeXml(String(text))}</${name}>`;

export const bucketLocation = (): AwsResponse => document("LocationConstraint", "");

export const bucketVersioning = (keepsVersions: boolean): AwsResponse =>
  document("VersioningConfiguration", keepsVersions ? element("Status", "Enabled") : "");

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export const objectVersions = ({ url }: AwsRequest, bucket: string, versions: ObjectVersions): AwsResponse => {
  const query = new URLSearchParams(url.split("?")[1]);
  if (!versions.keeps(bucket) || query.has("delimiter")) {
    const what = "The local host lists versions of a bucket that keeps them, without a delimiter.";
    throw new AwsError("NotImplemented", what, 501);
  }
  const prefix = query.get("prefix") ?? "";
  const marker = { key: query.get("key-marker") ?? "", id: query.get("version-id-marker") ?? undefined };
  const limit = Math.min(Number(query.get("max-keys") ?? 1_000), 1_000);
  const found = versions.list(bucket, prefix, marker, limit + 1);
  const listed = found.slice(0, limit);
  const last = found.length > limit ? listed.at(-1) : undefined;
  return document(
    "ListVersionsResult",
    [
      element("Name", bucket),
      element("Prefix", prefix),
      element("KeyMarker", marker.key),
      element("VersionIdMarker", marker.id ?? ""),
      element("MaxKeys", limit),
      element("IsTruncated", last !== undefined),
      ...(last === undefined ? [] : [element("NextKeyMarker", last.key), element("NextVersionIdMarker", last.id)]),
      ...listed.map((version) => versionElement(version, versions)),
    ].join(""),
  );
};

const versionElement = (version: ObjectVersion, versions: ObjectVersions): string => {
  const { key, id, isLatest, isDeleteMarker, writtenAt } = version;
  const common = [element("Key", key), element("VersionId", id), element("IsLatest", isLatest)];
  const content = versions.contentOf(version);
  if (isDeleteMarker || content === undefined) {
    return `<DeleteMarker>${[...common, element("LastModified", writtenAt.toISOString())].join("")}</DeleteMarker>`;
  }
  const { lastModified, etag, contentLength } = content;
  const about = [
    element("LastModified", lastModified.toISOString()),
    element("ETag", etag),
    element("Size", contentLength),
    element("StorageClass", "STANDARD"),
  ];
  return `<Version>${[...common, ...about].join("")}</Version>`;
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export const deletions = (
  { body }: AwsRequest,
  named: readonly ObjectAddress[],
  outcomes: readonly PromiseSettledResult<Removal>[],
): AwsResponse => {
  const quiet = /<Quiet>true<\/Quiet>/i.test(body.toString());
  const each = outcomes.map((outcome, index) => {
    const { key, versionId } = named[index] ?? { key: "", versionId: undefined };
    const about = element("Key", key) + (versionId === undefined ? "" : element("VersionId", versionId));
    if (outcome.status === "rejected") {
      const { name, message } = outcome.reason instanceof AwsError ? outcome.reason : internalError(outcome.reason);
      return `<Error>${about}${element("Code", name)}${element("Message", message)}</Error>`;
    }
    if (quiet) return "";
    const marker = element("DeleteMarker", true) + element("DeleteMarkerVersionId", outcome.value.versionId);
    return `<Deleted>${about}${outcome.value.isDeleteMarker ? marker : ""}</Deleted>`;
  });
  return document("DeleteResult", each.join(""));
};

const internalError = (reason: unknown): AwsError => new AwsError("InternalError", String(reason), 500);
