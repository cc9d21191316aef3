import * as pulumi from "@pulumi/pulumi";
import { importFileHandler } from "../runtime/file-import/import-file-handler";
import { asOneStep, type DashboardWidget } from "./building-blocks/dashboard";
import { WorkQueue } from "./building-blocks/work-queue";
import { ImportBucket } from "./import-bucket";
import { drawn, orderMetric } from "./order-metric";
import type { Platform } from "./platform";

export interface FileIntakeArgs {
  readonly platform: Platform;
  /** Receives the orders of the files. */
  readonly inbox: WorkQueue;
  /** The bucket that S3 writes access logs of the import bucket to. Default: no access logs. */
  readonly accessLogBucket?: string | undefined;
}

/** Seconds that import-file may run; the next invocation sends what is left. */
const timeout = 300;

/** Files imported at the same time; more would only wait for the inbox. */
export const filesAtOnce = 5;

/** Orders as files: the bucket they are uploaded to, and the function that sends them to the inbox and writes a report. */
export class FileIntake extends pulumi.ComponentResource {
  readonly bucket: ImportBucket;
  readonly queue: WorkQueue;
  readonly widgets: readonly DashboardWidget[];

  constructor(
    name: string,
    { platform, inbox, accessLogBucket }: FileIntakeArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("order-pipeline:index:FileIntake", name, {}, options);
    const child = { parent: this };
    this.bucket = new ImportBucket(`${name}-import`, { platform, accessLogBucket }, child);
    this.queue = new WorkQueue(
      `${name}-files`,
      {
        ...platform,
        // A large file may take several invocations; those of a file that keeps failing are spread over two and a half hours.
        maxReceives: 10,
        deadLetterMeaning:
          "Files of orders could not be imported in 10 attempts, over more than three hours. Read the log of import-file for the reason, fix it, then redrive the dead-letter queue; rows that were already sent are not sent again.",
      },
      child,
    );
    this.bucket.to(this.queue);
    const importFile = this.queue.consumedBy(
      `${name}-import-file`,
      {
        ...platform,
        callback: importFileHandler,
        environment: {
          IMPORT_BUCKET: this.bucket.name,
          FILE_QUEUE_URL: this.queue.url,
          INBOX_QUEUE_URL: inbox.url,
        },
        grants: [this.queue.grantChangeVisibility(), ...this.bucket.grantImport(), inbox.grantSend()],
        timeout,
        batchSize: 1,
        maximumConcurrency: filesAtOnce,
        reserved: platform.concurrency !== undefined,
      },
      child,
    );

    platform.alarms.declare(
      `${name}-files-refused`,
      {
        description:
          "A file of orders was rejected: nothing was imported from it. Its report under reports/ in the bucket shows the reason; correct the file and upload it again.",
        runbook: "a-file-is-refused",
        ...orderMetric(platform, "FilesRefused"),
        statistic: "Sum",
        above: 0,
      },
      child,
    );
    const counters: DashboardWidget = {
      section: "outcome",
      title: "Files imported and refused",
      metrics: [
        drawn(orderMetric(platform, "FilesImported"), "Sum", { label: "imported" }),
        drawn(orderMetric(platform, "FilesRefused"), "Sum", { label: "refused" }),
      ],
    };
    this.widgets = [...asOneStep(`${name}-files`, [this.queue, importFile]), counters];
    this.registerOutputs({ bucket: this.bucket.name });
  }
}
