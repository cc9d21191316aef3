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
  website: "BucketWebsite",
  replication: "BucketReplication",
  logging: "BucketLogging",
  requestPayment: "BucketRequestPayment",
  accelerate: "BucketAccelerateConfiguration",
  analytics: "BucketAnalyticsConfiguration",
  inventory: "BucketInventoryConfiguration",
  metrics: "BucketMetricsConfiguration",
  "intelligent-tiering": "BucketIntelligentTieringConfiguration",
  "object-lock": "ObjectLockConfiguration",
  policyStatus: "BucketPolicyStatus",
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
    if (subResource === undefined) continue;
    // The only one whose name is another where it is removed.
    if (name === "lifecycle" && method === "DELETE") return "DeleteBucketLifecycle";
    return `${verbs[method] ?? method}${subResource}`;
  }
  if (method === "GET") {
    if (query?.has("uploads") === true) return "ListMultipartUploads";
    if (query?.has("versions") === true) return "ListObjectVersions";
    return query?.get("list-type") === "2" ? "ListObjectsV2" : "ListObjects";
  }
  if (method === "POST") return query?.has("delete") === true ? "DeleteObjects" : "PostObject";
  return { PUT: "CreateBucket", HEAD: "HeadBucket", DELETE: "DeleteBucket" }[method] ?? `${method} /bucket`;
};

/** The same of objects. */
const objectSubResources: Readonly<Record<string, string>> = {
  acl: "ObjectAcl",
  tagging: "ObjectTagging",
  retention: "ObjectRetention",
  "legal-hold": "ObjectLegalHold",
  torrent: "ObjectTorrent",
};

/** Those that are posted. */
const posted: Readonly<Record<string, string>> = {
  uploads: "CreateMultipartUpload",
  uploadId: "CompleteMultipartUpload",
  restore: "RestoreObject",
  select: "SelectObjectContent",
};

const objectAction = (method: string, query: URLSearchParams | undefined, headers: IncomingHttpHeaders): string => {
  for (const name of query?.keys() ?? []) {
    const subResource = objectSubResources[name];
    if (subResource !== undefined) return `${verbs[method] ?? method}${subResource}`;
    if (method === "POST" && posted[name] !== undefined) return posted[name];
  }
  const upload = query?.has("uploadId") === true;
  switch (method) {
    case "GET":
      if (upload) return "ListParts";
      return query?.has("attributes") === true ? "GetObjectAttributes" : "GetObject";
    case "HEAD":
      return "HeadObject";
    case "PUT":
      if (upload) return "UploadPart";
      if (query?.has("renameObject") === true) return "RenameObject";
      return headers["x-amz-copy-source"] === undefined ? "PutObject" : "CopyObject";
    case "POST":
      return "PostObject";
    case "DELETE":
      return upload ? "AbortMultipartUpload" : "DeleteObject";
    default:
      return `${method} /bucket/key`;
  }
};

/** Of what S3 knows at `/` there is only the list of buckets. */
export const serviceItself = "anything but GET /";

/** The S3 API's action for a path-style request. */
export const s3Action = (
  method: string,
  path: string,
  query: URLSearchParams | undefined,
  headers: IncomingHttpHeaders,
): string => {
  if (path === "/") return method === "GET" ? "ListBuckets" : serviceItself;
  const key = path.split("/").slice(2).join("/");
  return key === "" ? bucketAction(method, query) : objectAction(method, query, headers);
};
