import type { AwsRequest } from "../../kernel/endpoint/aws-service";
import { unescapeXml } from "../../kernel/endpoint/xml";
import type { ObjectPlace } from "./object-versions";

/** The object that a request is about, or its bucket where the key is "", and the version it names. */
export interface ObjectAddress extends ObjectPlace {
  readonly versionId: string | undefined;
}

/** Of a path-style URL or a copy source: `/bucket/key?versionId=...`. */
const addressIn = (text: string): ObjectAddress => {
  const [encoded = "", query] = text.split("?");
  const path = decodeURIComponent(encoded).replace(/^\//, "");
  const slash = path.indexOf("/");
  return {
    bucket: slash < 0 ? path : path.slice(0, slash),
    key: slash < 0 ? "" : path.slice(slash + 1),
    versionId: new URLSearchParams(query).get("versionId") ?? undefined,
  };
};

export const addressOf = ({ url }: AwsRequest): ObjectAddress => addressIn(url);

/** The object that CopyObject copies. */
export const copySourceOf = ({ headers }: AwsRequest): ObjectAddress | undefined => {
  const source = headers["x-amz-copy-source"];
  return source === undefined ? undefined : addressIn(source);
};

/** The objects that DeleteObjects names. */
export const deletedBy = ({ body }: AwsRequest, bucket: string): readonly ObjectAddress[] =>
  [...body.toString().matchAll(/<Object>(.*?)<\/Object>/gs)].map(([, object = ""]) => {
    const text = (tag: string): string | undefined => {
      const found = new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(object)?.[1];
      return found === undefined ? undefined : unescapeXml(found);
    };
    return { bucket, key: text("Key") ?? "", versionId: text("VersionId") };
  });
