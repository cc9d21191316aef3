import { AwsError, type AwsRequest } from "../../kernel/endpoint/aws-service";

type Headers = AwsRequest["headers"];

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#object-metadata */
const kept = [
  "content-type",
  "content-encoding",
  "content-language",
  "content-disposition",
  "cache-control",
  "expires",
  "x-amz-website-redirect-location",
  "x-amz-storage-class",
];

const metadataPrefix = "x-amz-meta-";

/** Bytes, of names and values together. */
const metadataLimit = 2 * 1024;

/** Without them an object would not be what was asked for. What the others ask for has no effect on this machine. */
const refused = [
  "x-amz-tagging",
  "x-amz-object-lock-",
  "x-amz-server-side-encryption-customer-",
  "x-amz-copy-source-server-side-encryption-customer-",
  "x-amz-write-offset-bytes",
];

/** The headers of a request that are stored with the object, and returned with it. */
export const objectHeaders = (headers: Headers): Record<string, string> => {
  const found: Record<string, string> = {};
  let metadata = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (refused.some((each) => name.startsWith(each))) {
      throw new AwsError("NotImplemented", `The local host's s3 does not support the header ${name} (${value}).`, 501);
    }
    if (name.startsWith(metadataPrefix)) metadata += name.length - metadataPrefix.length + Buffer.byteLength(value);
    else if (!kept.includes(name)) continue;
    const stored = name === "content-encoding" ? withoutChunks(value) : value;
    if (stored !== "") found[name] = stored;
    else if (name.startsWith(metadataPrefix)) found[name] = "";
  }
  if (metadata > metadataLimit) {
    throw new AwsError("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size");
  }
  return found;
};

/** That a body came in chunks is not an encoding of the object. */
const withoutChunks = (encodings: string): string =>
  encodings
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "" && each.toLowerCase() !== "aws-chunked")
    .join(",");
