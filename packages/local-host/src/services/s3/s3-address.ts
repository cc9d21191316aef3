import { AwsError, type AwsRequest } from "../../kernel/endpoint/aws-service";
import type { ObjectPlace } from "./stored-object";

/** The object that a request is about, or its bucket where the key is "", and the version it names. */
export interface ObjectAddress extends ObjectPlace {
  readonly versionId: string | undefined;
}

/** Of a path-style URL or a copy source: `/bucket/key?versionId=...`. */
const addressIn = (text: string): ObjectAddress => {
  const [encoded = "", query] = text.split("?");
  const path = decoded(encoded).replace(/^\//, "");
  const slash = path.indexOf("/");
  return {
    bucket: slash < 0 ? path : path.slice(0, slash),
    key: slash < 0 ? "" : path.slice(slash + 1),
    versionId: new URLSearchParams(query).get("versionId") ?? undefined,
  };
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError("InvalidURI", "Couldn't parse the specified URI.");
  }
};

/** Bytes of UTF-8. */
const longestKey = 1_024;

/**
 * A key is taken as it is: `.` and `..` in it name no other object.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html#object-key-guidelines
 * @throws AwsError KeyTooLongError; InvalidURI where, from the left, there are more `..` than other segments
 */
export const assertKey = (key: string): void => {
  if (Buffer.byteLength(key) > longestKey) throw new AwsError("KeyTooLongError", "Your key is too long");
  let depth = 0;
  for (const segment of key.split("/")) {
    depth += segment === ".." ? -1 : 1;
    if (depth < 0) throw new AwsError("InvalidURI", "Couldn't parse the specified URI.");
  }
};

export const addressOf = ({ url }: Pick<AwsRequest, "url">): ObjectAddress => addressIn(url);

/** The object that CopyObject or UploadPartCopy copies. */
export const copySourceOf = ({ headers }: Pick<AwsRequest, "headers">): ObjectAddress | undefined => {
  const source = headers["x-amz-copy-source"];
  return source === undefined ? undefined : addressIn(source);
};
