import { AwsError, type AwsRequest, type AwsResponse } from "../../kernel/endpoint/aws-service";
import { errorAnswer } from "../../kernel/endpoint/error-answer";
import { type ObjectStore, pathOf } from "./object-store";
import { type ObjectVersion, placeOf } from "./object-versions";
import type { ObjectAddress } from "./s3-address";

/** What a deletion did. */
export interface Removal {
  /** The version that is gone, or the delete marker that was made. */
  readonly versionId: string;
  readonly isDeleteMarker: boolean;
  /** For example `ObjectRemoved:Delete`; undefined where nothing was there. */
  readonly eventName: string | undefined;
}

export const withHeaders = (answer: AwsResponse, headers: AwsResponse["headers"]): AwsResponse => ({
  ...answer,
  headers: { ...answer.headers, ...headers },
});

const failed = (code: string, message: string, status: number, headers: AwsResponse["headers"]): AwsResponse =>
  withHeaders(errorAnswer(new AwsError(code, message, status), "s3"), headers);

const assertVersionId = (id: string): void => {
  if (!/^(null|[\w-]{32})$/.test(id)) throw new AwsError("InvalidArgument", "Invalid version id specified", 400);
};

/**
 * Objects of any bucket: what S3 does differently in one that keeps versions.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
 */
export class VersionedObjects {
  private readonly store: ObjectStore;

  constructor(store: ObjectStore) {
    this.store = store;
  }

  /** GetObject and the like, of the version that is named or of the latest. */
  async read(request: AwsRequest, address: ObjectAddress): Promise<AwsResponse> {
    const version = this.named(address);
    if (version === undefined) return this.store.handle(request);
    if (version.isDeleteMarker) return hidden(version, address);
    const answer = await this.store.handle(request, placeOf(version));
    return withHeaders(answer, { "x-amz-version-id": version.id });
  }

  /** CopyObject of the version that its source names, or of the latest. */
  async copy(request: AwsRequest, source: ObjectAddress): Promise<AwsResponse> {
    const version = this.named(source);
    if (version === undefined) return this.store.handle(request);
    if (version.isDeleteMarker && source.versionId !== undefined) {
      throw new AwsError("InvalidRequest", "The source of a copy may not be a delete marker.", 400);
    }
    const headers = { ...request.headers, "x-amz-copy-source": pathOf(placeOf(version)) };
    const answer = await this.store.handle({ ...request, headers });
    return withHeaders(answer, { "x-amz-copy-source-version-id": version.id });
  }

  remove(address: ObjectAddress): Removal {
    const { versions } = this.store;
    const { versionId } = address;
    if (versionId === undefined) {
      const marker = versions.addDeleteMarker(address);
      return { versionId: marker, isDeleteMarker: true, eventName: "ObjectRemoved:DeleteMarkerCreated" };
    }
    assertVersionId(versionId);
    const version = versions.find(address, versionId);
    if (version !== undefined) versions.remove(version);
    return {
      versionId,
      isDeleteMarker: version?.isDeleteMarker ?? false,
      eventName: version === undefined ? undefined : "ObjectRemoved:Delete",
    };
  }

  /** The version that is named, or the latest; undefined where there is none, or the bucket keeps none. */
  private named(address: ObjectAddress): ObjectVersion | undefined {
    const { versions } = this.store;
    const { versionId } = address;
    if (!versions.keeps(address.bucket)) return undefined;
    if (versionId === undefined) return versions.latest(address);
    assertVersionId(versionId);
    const version = versions.find(address, versionId);
    if (version === undefined) throw new AwsError("NoSuchVersion", "The specified version does not exist.", 404);
    return version;
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html */
const hidden = ({ id, writtenAt }: ObjectVersion, { versionId }: ObjectAddress): AwsResponse => {
  const headers = { "x-amz-delete-marker": "true", "x-amz-version-id": id };
  return versionId === undefined
    ? failed("NoSuchKey", "The specified key does not exist.", 404, headers)
    : failed("MethodNotAllowed", "The specified method is not allowed against this resource.", 405, {
        ...headers,
        allow: "DELETE",
        "last-modified": writtenAt.toUTCString(),
      });
};
