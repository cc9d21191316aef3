import { createHash } from "node:crypto";
import { AwsError, type AwsResponse } from "../../kernel/endpoint/aws-service";
import { type Checksum, checksumElement, checksumHeader, checksumOf } from "./checksum";
import { uploadOf } from "./multipart-upload";
import { checksumElements } from "./read-object";
import { quoted } from "./received-content";
import { assertWriteCondition, headersOf, type S3Call, versionHeader } from "./s3-call";
import { element, elementsIn, malformedXml, textIn, xmlAnswer } from "./s3-xml";
import type { ContentPiece, DeclaredUpload, UploadedPart } from "./stored-object";

/** Bytes of every part but the last. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const smallestPart = 5 * 1024 * 1024;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export const completeMultipartUpload = async (call: S3Call): Promise<AwsResponse> => {
  const { store, address, request } = call;
  const { id, declared } = uploadOf(call);
  const chosen = chosenParts(request.body.toString(), store.uploads.parts(id), declared);
  const pieces = chosen.map(({ number, content, size, checksum }) => ({ content, size, part: { number, checksum } }));
  const checksum = await wholeChecksum(call, declared, pieces);
  const claimed = checksum && request.headers[checksumHeader(checksum.algorithm)];
  if (claimed !== undefined && claimed !== checksum?.value) {
    throw new AwsError("BadDigest", `The ${checksum?.algorithm} you specified did not match the calculated checksum.`);
  }
  // What was waited for may have changed what is there.
  uploadOf(call);
  const written = new Set(store.uploads.parts(id).map(({ content }) => content));
  if (chosen.some(({ content }) => !written.has(content))) throw invalidPart();
  assertWriteCondition(call);
  const etag = compositeTag(chosen);
  const version = store.write(address, () => {
    store.uploads.end(id, new Set(chosen.map(({ content }) => content)));
    return { etag, headers: declared.headers, checksum, pieces };
  });
  await call.notify("ObjectCreated:CompleteMultipartUpload", version);
  const answer = xmlAnswer(
    "CompleteMultipartUploadResult",
    element("Location", `/${address.bucket}/${address.key}`) +
      element("Bucket", address.bucket) +
      element("Key", address.key) +
      element("ETag", etag) +
      checksumElements({ checksum }),
  );
  return { ...answer, headers: headersOf(answer, versionHeader(store, version)) };
};

const invalidPart = (): AwsError =>
  new AwsError(
    "InvalidPart",
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
  );

const chosenParts = (
  document: string,
  uploaded: readonly UploadedPart[],
  { algorithm, checksumType }: DeclaredUpload,
): readonly UploadedPart[] => {
  const named = elementsIn(document, "Part").map((part) => ({
    number: Number(textIn(part, "PartNumber") ?? Number.NaN),
    tag: textIn(part, "ETag")?.replaceAll('"', ""),
    checksum: algorithm === undefined ? undefined : textIn(part, checksumElement(algorithm)),
  }));
  if (named.length === 0 || named.some(({ number }) => !Number.isInteger(number))) throw malformedXml();
  if (named.some(({ number }, index) => number <= (named[index - 1]?.number ?? 0))) {
    throw new AwsError(
      "InvalidPartOrder",
      "The list of parts was not in ascending order. Parts must be ordered by part number.",
    );
  }
  const without = named.find(({ checksum }) => checksum === undefined);
  if (algorithm !== undefined && checksumType === "COMPOSITE" && without !== undefined) {
    throw new AwsError(
      "InvalidRequest",
      `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${without.number} in the request.`,
    );
  }
  const parts = new Map(uploaded.map((part) => [part.number, part]));
  const chosen = named.map(({ number, tag, checksum }) => {
    const part = parts.get(number);
    if (part === undefined || part.etag.replaceAll('"', "") !== tag) throw invalidPart();
    if (checksum !== undefined && checksum !== part.checksum) throw invalidPart();
    return part;
  });
  if (chosen.slice(0, -1).some(({ size }) => size < smallestPart)) {
    throw new AwsError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
  }
  return chosen;
};

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html, composite or of the whole */
const wholeChecksum = async (
  { store }: S3Call,
  { algorithm, checksumType }: DeclaredUpload,
  pieces: readonly ContentPiece[],
): Promise<Checksum | undefined> => {
  if (algorithm === undefined) return undefined;
  if (checksumType === "FULL_OBJECT")
    return { algorithm, value: await checksumOf(algorithm, store.contents.pieces(pieces)) };
  const ofParts = pieces.map(({ part }) => Buffer.from(part?.checksum ?? "", "base64"));
  return { algorithm, value: `${await checksumOf(algorithm, ofParts)}-${pieces.length}` };
};

const compositeTag = (parts: readonly UploadedPart[]): string => {
  const hash = createHash("md5");
  for (const { etag } of parts) hash.update(Buffer.from(etag.replaceAll('"', ""), "hex"));
  return quoted(`${hash.digest("hex")}-${parts.length}`);
};
