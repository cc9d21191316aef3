import { AwsError, type AwsRequest, type AwsResponse } from "../../kernel/endpoint/aws-service";
import type { ObjectStore } from "./object-store";
import type { ObjectAddress } from "./s3-address";
import type { ObjectVersion } from "./stored-object";

/** A request to S3 whose caller may make it, on a bucket that is there. */
export interface S3Call {
  readonly request: Pick<AwsRequest, "headers" | "body">;
  readonly address: ObjectAddress;
  readonly query: URLSearchParams;
  readonly store: ObjectStore;
  readonly region: string;
  /** Says what happened to an object, for example `ObjectCreated:Put`. */
  notify(eventName: string, version: Pick<ObjectVersion, "bucket" | "key" | "size" | "etag" | "id">): Promise<void>;
}

export const headersOf = (
  answer: Pick<AwsResponse, "headers">,
  more: AwsResponse["headers"],
): AwsResponse["headers"] => ({
  ...answer.headers,
  ...more,
});

/** The header that names a version, of a bucket that keeps them. */
export const versionHeader = (
  store: ObjectStore,
  { bucket, id }: Pick<ObjectVersion, "bucket" | "id">,
  name = "x-amz-version-id",
): AwsResponse["headers"] => (store.keepsVersions(bucket) ? { [name]: id } : {});

export const noSuchKey = (): AwsError => new AwsError("NoSuchKey", "The specified key does not exist.", 404);

export const methodNotAllowed = (): AwsError =>
  new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405);

export const preconditionFailed = (): AwsError =>
  new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);

export const assertVersionId = (id: string): void => {
  if (!/^(null|[\w-]{32})$/.test(id)) throw new AwsError("InvalidArgument", "Invalid version id specified");
};

/** A number among the query's parameters. */
export const numberIn = (query: URLSearchParams, name: string, standard: number): number => {
  const text = query.get(name);
  if (text === null || text === "") return standard;
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 31) return Number(text);
  throw new AwsError("InvalidArgument", `Provided ${name} not an integer or within integer range`);
};

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export const assertWriteCondition = ({ request: { headers }, address, store }: S3Call): void => {
  const [ifNoneMatch, ifMatch] = [headers["if-none-match"], headers["if-match"]];
  if (ifNoneMatch !== undefined && ifNoneMatch !== "*") {
    throw new AwsError("NotImplemented", `If-None-Match of a write is * or absent; it is ${ifNoneMatch}.`, 501);
  }
  const existing = store.object(address);
  if (ifNoneMatch === "*" && existing !== undefined) throw preconditionFailed();
  if (ifMatch === undefined) return;
  if (existing === undefined) throw noSuchKey();
  if (!matchesTag(ifMatch, existing.etag)) throw preconditionFailed();
};

/** Whether a list of entity tags, or `*`, has this one; the quotation marks may be missing. */
export const matchesTag = (list: string, etag: string): boolean =>
  list.split(",").some((each) => {
    const tag = each.trim().replaceAll('"', "");
    return tag === "*" || tag === etag.replaceAll('"', "");
  });
