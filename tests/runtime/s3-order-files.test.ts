import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text as readText } from "node:stream/consumers";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { awsAt } from "pulumi-local-host/testing/stub-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bucket, type HostedMessaging, hostedMessaging } from "../../packages/local-host/tests/hosted-messaging";
import { versioning } from "../../packages/local-host/tests/versioned-bucket";
import type { OrderFile } from "../../runtime/file-import/order-files";
import { s3ImportProgress } from "../../runtime/file-import/s3-import-progress";
import { s3OrderFiles } from "../../runtime/file-import/s3-order-files";

const Bucket = "orders-import";
const dataDir = mkdtempSync(join(tmpdir(), "order-files-"));
let host: HostedMessaging;
let s3: S3Client;

beforeAll(async () => {
  host = await hostedMessaging({ resources: () => [bucket(Bucket), versioning(Bucket)], dataDir });
  s3 = new S3Client({ ...awsAt(host.url), forcePathStyle: true });
});

afterAll(async () => {
  s3?.destroy();
  await host?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const name = "incoming/a b/ä.csv";
const file = { name, versionId: "any" };
const text = async (Key: string) => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
const keys = async () => (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key) ?? [];
const contentOf = (opened: OrderFile) => readText(Readable.from(opened.read()));
/** Resolves to the upload, as a notification names it. */
const upload = async (Body: string, Metadata = {}) => {
  const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: name, Body, Metadata }));
  return { name, versionId: String(VersionId) };
};

describe("uploaded files", () => {
  it("are read from the beginning each time, with their size and what was asked for", async () => {
    const uploaded = await upload("customer_id", { acceptance: "all-or-nothing" });
    const opened = await s3OrderFiles(s3, Bucket).open(uploaded);
    expect(opened).toMatchObject({ bytes: 11, metadata: { acceptance: "all-or-nothing" } });
    for (const _ of [1, 2]) {
      expect(opened && (await contentOf(opened))).toBe("customer_id");
    }
  });

  it("are not there when they are gone", async () => {
    const { versionId } = await upload("here");
    const files = s3OrderFiles(s3, Bucket);
    expect(await files.open({ name: "incoming/none.csv", versionId })).toBeUndefined();
    await s3.send(new DeleteObjectCommand({ Bucket, Key: name, VersionId: versionId }));
    expect(await files.open({ name, versionId })).toBeUndefined();
  });

  it("are read as they were uploaded, though replaced or deleted meanwhile", async () => {
    const files = s3OrderFiles(s3, Bucket);
    const first = await upload("first", { acceptance: "all-or-nothing" });
    const opened = await files.open(first);
    const second = await upload("the second");
    expect(opened && (await contentOf(opened))).toBe("first");
    await s3.send(new DeleteObjectCommand({ Bucket, Key: name }));
    const both = await Promise.all([first, second].map((each) => files.open(each)));
    expect(both).toMatchObject([
      { bytes: 5, metadata: { acceptance: "all-or-nothing" } },
      { bytes: 10, metadata: {} },
    ]);
    expect(await Promise.all(both.map((each) => each && contentOf(each)))).toEqual(["first", "the second"]);
  });
});

describe("the rejected rows of a file", () => {
  const line = `${"ä".repeat(511)}\r\n`;

  it.each([
    ["a few", 3],
    ["more than fit into one part of an upload", 12_000],
  ])("are written beside its report: %s", async (_, count) => {
    const writer = s3OrderFiles(s3, Bucket).writeRejectedRows(file);
    for (let index = 0; index < count; index += 1) await writer.write(line);
    await writer.close();
    expect((await text("reports/a b/ä.csv.rejected.csv")) === line.repeat(count)).toBe(true);
  });

  it("leave nothing behind when they are abandoned", async () => {
    const writer = s3OrderFiles(s3, Bucket).writeRejectedRows({ ...file, name: "incoming/broken.csv" });
    for (let index = 0; index < 6_000; index += 1) await writer.write(line);
    await writer.abandon();
    expect((await keys()).filter((key) => key?.includes("broken"))).toEqual([]);
  });
});

describe("the progress of an import", () => {
  it("is what was saved last, and nothing before", async () => {
    const progress = s3ImportProgress(s3, Bucket);
    expect(await progress.load("import-1")).toBeUndefined();
    await progress.save("import-1", { sent: 1_000, finished: false });
    await progress.save("import-1", { sent: 2_000, finished: true });
    expect(await progress.load("import-1")).toEqual({ sent: 2_000, finished: true });
  });
});
