import type { AwsResponse } from "../../kernel/endpoint/aws-service";
import { commonPrefixes, keyOf, type ListRequest, listRequest, pageOf } from "./list-objects";
import type { S3Call } from "./s3-call";
import { element, xmlAnswer } from "./s3-xml";
import type { PendingUpload } from "./stored-object";

/** By key, and those of one key as they were begun: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export const listMultipartUploads = ({ store, address: { bucket }, query }: S3Call): AwsResponse => {
  const request = listRequest(query, "max-uploads");
  const { encoded, prefix, delimiter } = request;
  const [keyMarker, idMarker] = [query.get("key-marker") ?? "", query.get("upload-id-marker") ?? ""];
  // Without a key's marker that of an upload is ignored.
  const after = { key: keyMarker, id: keyMarker === "" ? "" : idMarker };
  const page = pageOf(store.uploads.pending(bucket, prefix, after), request, keyMarker);
  const { last } = page;
  return xmlAnswer(
    "ListMultipartUploadsResult",
    element("Bucket", bucket) +
      element("KeyMarker", encoded(keyMarker)) +
      element("UploadIdMarker", after.id) +
      element("NextKeyMarker", last === undefined ? undefined : encoded(keyOf(last))) +
      element("NextUploadIdMarker", last === undefined || typeof last === "string" ? undefined : last.id) +
      element("Prefix", encoded(prefix)) +
      element("Delimiter", delimiter === "" ? undefined : encoded(delimiter)) +
      element("MaxUploads", request.maxKeys) +
      element("EncodingType", request.encodingType) +
      element("IsTruncated", last !== undefined) +
      page.entries
        .filter((entry) => typeof entry !== "string")
        .map((upload) => uploadElement(upload, encoded))
        .join("") +
      commonPrefixes(page, encoded),
  );
};

const who = "<ID>local</ID>";

const uploadElement = ({ key, id, declared }: PendingUpload, encoded: ListRequest["encoded"]): string =>
  `<Upload>${element("Key", encoded(key))}${element("UploadId", id)}<Initiator>${who}</Initiator><Owner>${who}</Owner>` +
  element("StorageClass", declared.headers["x-amz-storage-class"] ?? "STANDARD") +
  element("Initiated", declared.begunAt) +
  element("ChecksumAlgorithm", declared.algorithm) +
  element("ChecksumType", declared.algorithm === undefined ? undefined : declared.checksumType) +
  "</Upload>";
