import * as z from "zod";
import { s3Client } from "../aws/s3-client";
import { sqsClient } from "../aws/sqs-client";
import { sqsInbox } from "../inbox/sqs-inbox";
import { log } from "../lambda/log";
import { type QueueWorker, queueHandler } from "../lambda/queue-handler";
import { record, recordBy } from "../orders/record-metrics";
import { systemClock } from "../values/clock";
import { readJson } from "../values/json";
import { type ImportedFile, type ImportFilePorts, importFile } from "./import-file";
import type { ImportReport } from "./import-report";
import type { UploadedFile } from "./order-files";
import { rowSampling } from "./row-sampling";
import { s3ImportProgress } from "./s3-import-progress";
import { s3OrderFiles } from "./s3-order-files";
import { type LeasedMessage, type MessageLease, sqsMessageLease } from "./sqs-message-lease";
import { tracedInbox } from "./traced-inbox";

export interface ImportFileWorkerPorts extends Omit<ImportFilePorts, "timeLeft"> {
  readonly lease: (message: LeasedMessage) => Promise<MessageLease>;
}

/**
 * Of a bucket that keeps versions.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
const uploadSchema = z.object({ key: z.string().min(1), versionId: z.string().min(1) });
const notificationSchema = z.object({
  Records: z.array(z.object({ s3: z.object({ object: uploadSchema }) })),
});

/** S3 sends this when a notification is set up. */
const testEventSchema = z.object({ Event: z.literal("s3:TestEvent") });

/** Imports each file that an S3 notification names. */
export const importFileWorker = ({ lease, ...ports }: ImportFileWorkerPorts): QueueWorker => {
  return async ({ id, body, receipt, receives }, context) => {
    const json = readJson(body);
    if (testEventSchema.safeParse(json).success) return "done";
    const read = notificationSchema.safeParse(json);
    if (!read.success) {
      log.error({ message_id: id, reason: "not a notification of S3 that names a version" }, "message failed");
      return "failed";
    }
    const work = importFile({ ...ports, timeLeft: () => context.getRemainingTimeInMillis() });
    await using held = await lease({ receipt, receives });
    for (const { s3 } of read.data.Records) {
      const upload = { name: decodeKey(s3.object.key), versionId: s3.object.versionId };
      const imported = await work(upload);
      logOutcome(upload, imported);
      if (imported.kind !== "paused") continue;
      await held.giveBack();
      return "failed";
    }
    return "done";
  };
};

/** Notifications have keys as in a query string. */
const decodeKey = (key: string): string => decodeURIComponent(key.replaceAll("+", " "));

const logOutcome = ({ name, versionId }: UploadedFile, imported: ImportedFile): void => {
  const about = { file: name, version_id: versionId };
  switch (imported.kind) {
    case "gone":
      log.warn(about, "file gone before it was imported");
      break;
    case "folder":
      log.info(about, "folder ignored");
      break;
    case "paused":
      log.info(about, "file import paused, to continue in another invocation");
      break;
    case "reported":
      logReport(about, imported.report);
  }
};

const logReport = (about: object, report: ImportReport): void => {
  const { result, error, format, rows, accepted, rejected, orders, bytes, sha256, duration_ms } = report;
  // The peak of the execution environment since its start; maxRSS is in kilobytes.
  const peak_memory_mb = Math.round(process.resourceUsage().maxRSS / 1024);
  const found = {
    ...about,
    result,
    error,
    format,
    rows,
    accepted,
    rejected,
    orders,
    bytes,
    sha256,
    duration_ms,
    peak_memory_mb,
  };
  if (result === "refused") log.error(found, "file refused");
  else log.info(found, "file imported");
  record(result === "refused" ? { FilesRefused: 1 } : { FilesImported: 1 });
  if (rejected > 0) recordBy("RequestsRefused", { Channel: "file" }, rejected);
};

export const importFileHandler = queueHandler({
  environment: z.object({
    IMPORT_BUCKET: z.string().min(1),
    FILE_QUEUE_URL: z.string().min(1),
    INBOX_QUEUE_URL: z.string().min(1),
  }),
  build: ({ IMPORT_BUCKET, FILE_QUEUE_URL, INBOX_QUEUE_URL }) => {
    const [s3, sqs] = [s3Client(), sqsClient()];
    return importFileWorker({
      files: s3OrderFiles(s3, IMPORT_BUCKET),
      progress: s3ImportProgress(s3, IMPORT_BUCKET),
      inbox: tracedInbox(sqsInbox(sqs, INBOX_QUEUE_URL), rowSampling(systemClock)),
      clock: systemClock,
      lease: (message) => sqsMessageLease(sqs, FILE_QUEUE_URL, message),
    });
  },
});
