import { AwsError, type AwsRequest, type AwsResponse } from "../../kernel/endpoint/aws-service";
import { assertChecksum } from "./checksum";
import { receivedContent } from "./received-content";
import type { ObjectAddress } from "./s3-address";
import { assertVersionId, assertWriteCondition, type S3Call } from "./s3-call";
import { element, elementsIn, malformedXml, textIn, xmlAnswer } from "./s3-xml";

/** What a deletion did. */
interface Removal {
  /** The version that is gone, or the delete marker that was made; undefined where the bucket keeps no versions. */
  readonly versionId: string | undefined;
  readonly isDeleteMarker: boolean;
}

/** Removes what is named: https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html */
const remove = async ({ store, notify }: S3Call, address: ObjectAddress): Promise<Removal> => {
  const { bucket, key, versionId } = address;
  const none = { bucket, key, size: 0, etag: "", id: "null" };
  const keepsVersions = store.keepsVersions(bucket);
  if (versionId === undefined && keepsVersions) {
    const marker = store.addDeleteMarker(address);
    await notify("ObjectRemoved:DeleteMarkerCreated", marker);
    return { versionId: marker.id, isDeleteMarker: true };
  }
  if (versionId !== undefined) assertVersionId(versionId);
  const version = store.find(address, versionId ?? "null");
  if (version !== undefined) store.remove(version);
  // A deletion without a version succeeds, and is notified, whether or not the object exists.
  if (version !== undefined || versionId === undefined) await notify("ObjectRemoved:Delete", version ?? none);
  return { versionId: keepsVersions ? versionId : undefined, isDeleteMarker: version?.isDeleteMarker ?? false };
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const deleteObject = async (call: S3Call): Promise<AwsResponse> => {
  assertWriteCondition(call);
  const { versionId, isDeleteMarker } = await remove(call, call.address);
  const headers = {
    ...(versionId === undefined ? {} : { "x-amz-version-id": versionId }),
    ...(isDeleteMarker ? { "x-amz-delete-marker": "true" } : {}),
  };
  return { status: 204, headers, body: "" };
};

/** The objects that DeleteObjects names. */
export const deletedBy = ({ body }: Pick<AwsRequest, "body">, bucket: string): readonly ObjectAddress[] =>
  elementsIn(body.toString(), "Object").map((object) => ({
    bucket,
    key: textIn(object, "Key") ?? "",
    versionId: textIn(object, "VersionId"),
  }));

/** Most objects of one request. */
const maximumObjects = 1_000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export const deleteObjects = async (call: S3Call): Promise<AwsResponse> => {
  const { bytes, checksum } = receivedContent(call.request);
  if (checksum !== undefined) await assertChecksum(checksum, [bytes]);
  const named = deletedBy({ body: bytes }, call.address.bucket);
  if (named.length === 0 || named.length > maximumObjects || named.some(({ key }) => key === "")) throw malformedXml();
  const quiet = textIn(bytes.toString(), "Quiet")?.toLowerCase() === "true";
  const outcomes: string[] = [];
  for (const address of named) outcomes.push(await outcomeOf(call, address, quiet));
  return xmlAnswer("DeleteResult", outcomes.join(""));
};

const outcomeOf = async (call: S3Call, address: ObjectAddress, quiet: boolean): Promise<string> => {
  const about = element("Key", address.key) + element("VersionId", address.versionId);
  try {
    const { isDeleteMarker, versionId } = await remove(call, address);
    const marker = isDeleteMarker ? element("DeleteMarker", true) + element("DeleteMarkerVersionId", versionId) : "";
    return quiet ? "" : `<Deleted>${about}${marker}</Deleted>`;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return `<Error>${about}${element("Code", error.name)}${element("Message", error.message)}</Error>`;
  }
};
