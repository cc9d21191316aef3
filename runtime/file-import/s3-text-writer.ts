import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { TextWriter } from "./order-files";

export interface WrittenObject {
  readonly Bucket: string;
  readonly Key: string;
  readonly ContentType: string;
}

/** 5 MB: S3's minimum for every part but the last. */
const partBytes = 5 * 1024 * 1024;

/** An object written piece by piece: what fits into one part in one request, more as a multipart upload. */
export const s3TextWriter = (client: S3Client, object: WrittenObject): TextWriter => {
  const { Bucket, Key } = object;
  const parts: { readonly PartNumber: number; readonly ETag: string | undefined }[] = [];
  let uploadId: string | undefined;
  let pieces: Buffer[] = [];
  let bytes = 0;

  const takePieces = (): Buffer => {
    const whole = Buffer.concat(pieces);
    pieces = [];
    bytes = 0;
    return whole;
  };

  const uploadPart = async (): Promise<void> => {
    uploadId ??= (await client.send(new CreateMultipartUploadCommand(object))).UploadId;
    const PartNumber = parts.length + 1;
    const part = new UploadPartCommand({ Bucket, Key, UploadId: uploadId, PartNumber, Body: takePieces() });
    const { ETag } = await client.send(part);
    parts.push({ PartNumber, ETag });
  };

  return {
    write: async (text) => {
      const piece = Buffer.from(text);
      pieces.push(piece);
      bytes += piece.byteLength;
      if (bytes >= partBytes) await uploadPart();
    },
    close: async () => {
      if (uploadId === undefined) {
        await client.send(new PutObjectCommand({ ...object, Body: takePieces() }));
        return;
      }
      if (bytes > 0) await uploadPart();
      const MultipartUpload = { Parts: parts };
      await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId: uploadId, MultipartUpload }));
    },
    abandon: async () => {
      pieces = [];
      if (uploadId === undefined) return;
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId: uploadId }));
    },
  };
};
