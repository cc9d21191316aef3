import { createReadStream, statSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SingleBar } from "cli-progress";
import type { ImportReport } from "../runtime/domain/import-report";
import type { Output } from "./output";
import { Problem } from "./problem";
import type { Target } from "./target";

export interface ImportOptions {
  readonly allOrNothing?: boolean;
  /** Seconds to wait for the report. */
  readonly timeout: number;
}

const pollMs = 500;

/** Uploads a file of orders, waits for the report on it and returns that. Throws Problem when there is none in time. */
export async function importFile(
  { aws, outputs }: Target,
  file: string,
  { allOrNothing, timeout }: ImportOptions,
  output: Output,
): Promise<ImportReport> {
  const bucket = outputs.import_bucket;
  const name = basename(file);
  const s3 = new S3Client(aws);
  const report = { Bucket: bucket, Key: `reports/${name}.report.json` };
  const earlier = await readReport(s3, report);
  await upload(s3, file, { Bucket: bucket, Key: `incoming/${name}` }, allOrNothing === true, output);

  const deadline = Date.now() + timeout * 1000;
  while (Date.now() < deadline) {
    const found = await readReport(s3, report);
    // A report is written for each upload; the one of an earlier upload of that name does not count.
    if (found !== undefined && found.started_at !== earlier?.started_at) return found;
    await pause(pollMs);
  }
  throw new Problem(`There is no report on ${name} after ${timeout} s; look for s3://${bucket}/${report.Key} later.`);
}

async function upload(
  s3: S3Client,
  file: string,
  to: { readonly Bucket: string; readonly Key: string },
  allOrNothing: boolean,
  output: Output,
): Promise<void> {
  const size = sizeOf(file);
  const bar = new SingleBar({ format: "{bar} {percentage}% of {total} bytes", hideCursor: true, noTTYOutput: false });
  if (output.forPeople) bar.start(size, 0);
  const body = createReadStream(file);
  if (output.forPeople) body.on("data", (chunk) => bar.increment(chunk.length));
  try {
    const Metadata = { acceptance: allOrNothing ? "all-or-nothing" : "partial" };
    await s3.send(new PutObjectCommand({ ...to, Body: body, ContentLength: size, Metadata }));
  } finally {
    bar.stop();
  }
}

function sizeOf(file: string): number {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() === true) return stats.size;
  throw new Problem(`${file} is no file.`, 2);
}

async function readReport(
  s3: S3Client,
  at: { readonly Bucket: string; readonly Key: string },
): Promise<ImportReport | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand(at));
    // Written by import-file, from a value of this very type.
    return Body === undefined ? undefined : (JSON.parse(await Body.transformToString()) as ImportReport);
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}
