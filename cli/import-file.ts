import { createReadStream, statSync } from "node:fs";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import type { S3 } from "@aws-sdk/client-s3";
import type { ImportReport } from "../runtime/file-import/import-report";
import { CommandError } from "./command-error";
import type { Output } from "./output";
import type { Target } from "./target";

export interface ImportOptions {
  readonly allOrNothing?: boolean;
  /** How the file's text is written. Default: what its byte order mark tells, else UTF-8. */
  readonly encoding?: string;
  /** Seconds to wait for the report. */
  readonly timeout: number;
}

interface ObjectAddress {
  readonly Bucket: string;
  readonly Key: string;
}

const pollMs = 200;

/** Uploads a file of orders, waits for the report on it and returns that. Throws CommandError when there is none in time. */
export async function importFile(
  { aws, outputs }: Target,
  file: string,
  { allOrNothing, encoding, timeout }: ImportOptions,
  output: Output,
): Promise<ImportReport> {
  const size = sizeOf(file);
  const Bucket = outputs.import_bucket;
  const name = basename(file);
  // Takes a quarter of a second to load, which the other commands do without.
  const sdk = await import("@aws-sdk/client-s3");
  const s3 = new sdk.S3(aws);
  const report = { Bucket, Key: `reports/${name}.report.json` };
  const uploaded = await s3.putObject({
    ...{ Bucket, Key: `incoming/${name}` },
    Body: withProgress(file, size, output),
    ContentLength: size,
    Metadata: {
      acceptance: allOrNothing === true ? "all-or-nothing" : "partial",
      ...(encoding === undefined ? {} : { encoding }),
    },
  });

  const deadline = Date.now() + timeout * 1000;
  while (Date.now() < deadline) {
    const found = await readReport(s3, report);
    // A report is written for each upload of the name; this is the one on ours.
    if (found !== undefined && found.version_id === uploaded.VersionId) return found;
    await pause(pollMs);
  }
  throw new CommandError(
    `There is no report on ${name} after ${timeout} s; look for s3://${Bucket}/${report.Key} later.`,
  );
}

function sizeOf(file: string): number {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) throw new CommandError(`There is no file ${file}.`, 2);
  if (!stats.isFile())
    throw new CommandError(`${file} is not a file. Name a file of orders: CSV, JSON Lines or a JSON array.`, 2);
  return stats.size;
}

/** The file's content; a bar for people shows how much of it has been taken. */
function withProgress(file: string, size: number, output: Output): Readable {
  if (!output.forPeople) return createReadStream(file);
  // The SDK refuses a stream that already flows, as one does with a listener: it is counted on its way instead.
  const counted = async function* () {
    const { SingleBar } = await import("cli-progress");
    const bar = new SingleBar({ format: "{bar} {percentage}% of {total} bytes", hideCursor: true });
    bar.start(size, 0);
    try {
      for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
        bar.increment(chunk.length);
        yield chunk;
      }
    } finally {
      bar.stop();
    }
  };
  return Readable.from(counted(), { objectMode: false });
}

async function readReport(s3: S3, at: ObjectAddress): Promise<ImportReport | undefined> {
  try {
    const { Body } = await s3.getObject({ ...at });
    // Written by import-file, from a value of this very type.
    return Body === undefined ? undefined : (JSON.parse(await Body.transformToString()) as ImportReport);
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchKey") return undefined;
    throw error;
  }
}
