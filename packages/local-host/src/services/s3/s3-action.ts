import type { IncomingHttpHeaders } from "node:http";

/** Sub-resources that are actions of their own, by the query parameter that selects them. */
const bucketSubResources: Readonly<Record<string, string>> = {
  lifecycle: "BucketLifecycleConfiguration",
  versioning: "BucketVersioning",
  notification: "BucketNotificationConfiguration",
  policy: "BucketPolicy",
  encryption: "BucketEncryption",
  location: "BucketLocation",
  tagging: "BucketTagging",
  cors: "BucketCors",
  acl: "BucketAcl",
  publicAccessBlock: "PublicAccessBlock",
  ownershipControls: "BucketOwnershipControls",
};

const verbs: Readonly<Record<string, string>> = {
  GET: "Get",
  PUT: "Put",
  DELETE: "Delete",
  POST: "Post",
  HEAD: "Head",
};

const bucketAction = (method: string, query: URLSearchParams | undefined): string => {
  for (const name of query?.keys() ?? []) {
    const subResource = bucketSubResources[name];
    if (subResource !== undefined) return `${verbs[method] ?? method}${subResource}`;
  }
  if (method === "GET") {
    if (query?.has("uploads") === true) return "ListMultipartUploads";
    if (query?.has("versions") === true) return "ListObjectVersions";
    return query?.get("list-type") === "2" ? "ListObjectsV2" : "ListObjects";
  }
  if (method === "POST") return query?.has("delete") === true ? "DeleteObjects" : "PostObject";
  return { PUT: "CreateBucket", HEAD: "HeadBucket", DELETE: "DeleteBucket" }[method] ?? `${method} /bucket`;
};

const objectAction = (method: string, query: URLSearchParams | undefined, headers: IncomingHttpHeaders): string => {
  const upload = query?.has("uploadId") === true;
  switch (method) {
    case "GET":
      if (upload) return "ListParts";
      return query?.has("attributes") === true ? "GetObjectAttributes" : "GetObject";
    case "HEAD":
      return "HeadObject";
    case "PUT":
      if (upload) return "UploadPart";
      if (query?.has("tagging") === true) return "PutObjectTagging";
      return headers["x-amz-copy-source"] === undefined ? "PutObject" : "CopyObject";
    case "POST":
      if (query?.has("uploads") === true) return "CreateMultipartUpload";
      return upload ? "CompleteMultipartUpload" : "PostObject";
    case "DELETE":
      return upload ? "AbortMultipartUpload" : "DeleteObject";
    default:
      return `${method} /bucket/key`;
  }
};

/** The S3 API's action for a path-style request. */
export const s3Action = (
  method: string,
  path: string,
  query: URLSearchParams | undefined,
  headers: IncomingHttpHeaders,
): string => {
  if (path === "/") return "ListBuckets";
  const key = path.split("/").slice(2).join("/");
  return key === "" ? bucketAction(method, query) : objectAction(method, query, headers);
};
