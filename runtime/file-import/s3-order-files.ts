import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { importBucket } from "./import-bucket";
import type { OrderFile, OrderFiles, UploadedFile } from "./order-files";
import { s3TextWriter } from "./s3-text-writer";

/** Uploaded files, and the reports about them, in one bucket. */
export const s3OrderFiles = (client: S3Client, bucket: string): OrderFiles => {
  const open = async ({ name, versionId }: UploadedFile): Promise<OrderFile | undefined> => {
    const object = { Bucket: bucket, Key: name, VersionId: versionId };
    const head = await client.send(new HeadObjectCommand(object)).catch(undefinedIfGone);
    if (head === undefined) return undefined;
    const { ContentLength = 0, Metadata = {} } = head;
    return {
      bytes: ContentLength,
      metadata: Metadata,
      read: () => contentOf(client, new GetObjectCommand(object)),
    };
  };

  return {
    open,
    writeReport: async (file, report) => {
      const put = new PutObjectCommand({
        Bucket: bucket,
        Key: `${reportName(file)}.report.json`,
        ContentType: "application/json",
        Body: `${JSON.stringify(report, null, 2)}\n`,
      });
      await client.send(put);
    },
    writeRejectedRows: (file) =>
      s3TextWriter(client, {
        Bucket: bucket,
        Key: `${reportName(file)}.rejected.csv`,
        ContentType: "text/csv; charset=utf-8",
      }),
  };
};

/** `incoming/2026/orders.csv` is reported in `reports/2026/orders.csv.report.json`. */
const reportName = ({ name }: UploadedFile): string =>
  `${importBucket.reports}${name.startsWith(importBucket.incoming) ? name.slice(importBucket.incoming.length) : name}`;

const undefinedIfGone = (error: unknown): undefined => {
  const gone = error instanceof Error && ["NotFound", "NoSuchKey", "NoSuchVersion"].includes(error.name);
  if (!gone) throw error;
};

async function* contentOf(client: S3Client, get: GetObjectCommand): AsyncGenerator<Uint8Array> {
  const { Body } = await client.send(get);
  // In Node the body is a stream, whose chunks are buffers.
  const stream = Body as (AsyncIterable<Uint8Array> & { destroy(): void }) | undefined;
  if (stream === undefined) return;
  try {
    yield* stream;
  } finally {
    stream.destroy();
  }
}
