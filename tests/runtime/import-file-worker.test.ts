import { SQSClient } from "@aws-sdk/client-sqs";
import { awsAt, stubService } from "pulumi-local-host/testing/stub-service";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { importFileWorker } from "../../runtime/file-import/import-file-handler";
import type { OrderFile, UploadedFile } from "../../runtime/file-import/order-files";
import { type LeasedMessage, sqsMessageLease } from "../../runtime/file-import/sqs-message-lease";
import { queueHandler } from "../../runtime/lambda/queue-handler";
import { lambdaContext } from "./api-event";
import { captureLog } from "./captured-log";
import { inMemoryImport } from "./in-memory-import";
import { queueEvent, queueRecord } from "./queue-event";

const log = captureLog();

const emptyFile: OrderFile = {
  bytes: 0,
  metadata: {},
  read: async function* () {
    yield new Uint8Array();
  },
};

/** Gives a message to import-file; tells which uploads it opened, none of which is there. */
const received = async (body: unknown) => {
  const opened: UploadedFile[] = [];
  const { ports } = inMemoryImport();
  const files = { ...ports.files, open: async (file: UploadedFile) => void opened.push(file) };
  const lease = async () => ({ giveBack: async () => undefined, [Symbol.asyncDispose]: async () => undefined });
  const build = () => importFileWorker({ ...ports, files, lease });
  const handle = queueHandler({ environment: z.object({}), build });
  const { batchItemFailures } = await handle(queueEvent(queueRecord("m-1", body)), lambdaContext);
  return { opened, failed: batchItemFailures.length };
};

const notification = (...objects: readonly object[]) => ({ Records: objects.map((object) => ({ s3: { object } })) });

describe("import-file", () => {
  it("opens the very version that a notification names, under the name it was uploaded with", async () => {
    const object = { key: "incoming/M%C3%A4rz+1%2B2.csv", versionId: "version-1" };
    expect(await received(notification(object))).toEqual({
      opened: [{ name: "incoming/März 1+2.csv", versionId: "version-1" }],
      failed: 0,
    });
    expect(log.lines()).toMatchObject([
      { level: "warn", message: "file gone before it was imported", version_id: "version-1" },
    ]);
  });

  it("takes S3's test of a new notification for nothing", async () => {
    expect(await received({ Service: "Amazon S3", Event: "s3:TestEvent" })).toEqual({ opened: [], failed: 0 });
  });

  it.each([
    ["names no version, which could be another upload by now", notification({ key: "incoming/orders.csv" })],
    ["is not a notification", { hello: "there" }],
    ["is not JSON", "hello"],
  ])("leaves a message to the dead-letter queue that %s", async (_, body) => {
    expect(await received(body)).toEqual({ opened: [], failed: 1 });
    expect(log.lines()).toMatchObject([{ level: "error", message: "message failed", message_id: "m-1" }]);
  });
});

describe("a folder that the console makes", () => {
  it("is neither reported, nor counted as refused", async () => {
    const { ports, reports } = inMemoryImport();
    const files = { ...ports.files, open: async () => emptyFile };
    const lease = async () => ({ giveBack: async () => undefined, [Symbol.asyncDispose]: async () => undefined });
    const handle = queueHandler({
      environment: z.object({}),
      build: () => importFileWorker({ ...ports, files, lease }),
    });
    const body = notification({ key: "incoming/2026/", versionId: "version-1" });
    expect(await handle(queueEvent(queueRecord("m-1", body)), lambdaContext)).toEqual({ batchItemFailures: [] });
    expect(reports.size).toBe(0);
    expect(log.lines()).toMatchObject([{ level: "info", message: "folder ignored", file: "incoming/2026/" }]);
    expect(log.counted("FilesRefused")).toEqual([]);
  });
});

describe("a file that keeps failing", () => {
  it("is tried again later each time, over hours until the queue's ten receives are gone", async () => {
    await using queue = await stubService(() => ({ status: 200, json: {} }));
    const client = new SQSClient(awsAt(queue.url));
    const { ports } = inMemoryImport();
    const files = { ...ports.files, open: () => Promise.reject(new Error("no bucket")) };
    const lease = (message: LeasedMessage) => sqsMessageLease(client, `${queue.url}/1/files`, message);
    const handle = queueHandler({
      environment: z.object({}),
      build: () => importFileWorker({ ...ports, files, lease }),
    });
    const record = queueRecord("m-1", notification({ key: "incoming/orders.csv", versionId: "version-1" }));
    for (let receive = 1; receive <= 10; receive += 1) {
      const received = { ...record, attributes: { ...record.attributes, ApproximateReceiveCount: String(receive) } };
      expect(await handle(queueEvent(received), lambdaContext)).toEqual({
        batchItemFailures: [{ itemIdentifier: "m-1" }],
      });
    }
    // Seconds until the next receive: the lease outlives the failure.
    const hidden = queue.requests.map(({ json }) => Object(json).VisibilityTimeout);
    expect(hidden).toEqual([20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600]);
  });
});
