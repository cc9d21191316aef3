import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { AwsError } from "../../kernel/endpoint/aws-service";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html, without MD5, SHA-512 and XXHash. */
export const checksumAlgorithms = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

/** Bytes. */
const lengths: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** In base64; a composite one ends with the number of parts. */
  readonly value: string;
}

export const checksumHeader = (algorithm: ChecksumAlgorithm): string => `x-amz-checksum-${algorithm.toLowerCase()}`;

/** The element of an answer or a request, for example ChecksumCRC32. */
export const checksumElement = (algorithm: ChecksumAlgorithm): string => `Checksum${algorithm}`;

/** @throws AwsError InvalidRequest for a name that S3 does not know */
export const checksumAlgorithm = (name: string): ChecksumAlgorithm => {
  const known = checksumAlgorithms.find((algorithm) => algorithm === name.toUpperCase());
  if (known !== undefined) return known;
  throw new AwsError(
    "InvalidRequest",
    `Checksum algorithm provided is unsupported: ${name}. The local host supports ${checksumAlgorithms.join(", ")}.`,
  );
};

/** Headers of this prefix that are not a checksum themselves. */
const aboutChecksums = ["x-amz-checksum-mode", "x-amz-checksum-algorithm", "x-amz-checksum-type"];

/** The checksum that headers or trailers claim. */
export const claimedChecksum = (fields: Readonly<Record<string, string>>): Checksum | undefined => {
  const names = Object.keys(fields).filter(
    (name) => name.startsWith("x-amz-checksum-") && !aboutChecksums.includes(name),
  );
  const [name, another] = names;
  if (name === undefined) return undefined;
  if (another !== undefined) {
    throw new AwsError(
      "InvalidRequest",
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  }
  const algorithm = checksumAlgorithm(name.slice("x-amz-checksum-".length));
  const value = fields[name] ?? "";
  if (!isBase64(value, lengths[algorithm])) {
    throw new AwsError("InvalidRequest", `Value for ${name} header is invalid.`);
  }
  return { algorithm, value };
};

export const isBase64 = (text: string, length: number): boolean => {
  const bytes = Buffer.from(text, "base64");
  return bytes.length === length && bytes.toString("base64") === text;
};

interface Digest {
  update(bytes: Uint8Array): void;
  digest(): Uint8Array | Promise<Uint8Array>;
}

const digests: Readonly<Record<ChecksumAlgorithm, () => Digest | Promise<Digest>>> = {
  CRC32: () => {
    let value = 0;
    const digest = () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    };
    const update = (bytes: Uint8Array) => {
      value = crc32(bytes, value);
    };
    return { update, digest };
  },
  // Loaded with the first request that needs it.
  CRC32C: async () => new (await import("@aws-sdk/checksums/crc")).Crc32c(),
  CRC64NVME: async () => new (await import("@aws-sdk/checksums/crc")).Crc64Nvme(),
  SHA1: () => createHash("sha1"),
  SHA256: () => createHash("sha256"),
};

/** Over all pieces, one after another; in base64. */
export const checksumOf = async (algorithm: ChecksumAlgorithm, pieces: Iterable<Uint8Array>): Promise<string> => {
  const digest = await digests[algorithm]();
  for (const piece of pieces) digest.update(piece);
  return Buffer.from(await digest.digest()).toString("base64");
};

/** @throws AwsError BadDigest for content that has another checksum */
export const assertChecksum = async (claimed: Checksum, pieces: Iterable<Uint8Array>): Promise<void> => {
  const { algorithm, value } = claimed;
  if ((await checksumOf(algorithm, pieces)) === value) return;
  throw new AwsError("BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`);
};
