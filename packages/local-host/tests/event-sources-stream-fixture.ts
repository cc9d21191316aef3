import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { onTestFinished } from "vitest";
import { StreamFake, startMappings, streamArn } from "./event-sources-fixture";
import { functionArn, LambdaFixture } from "./lambda-fixture";

export let fixture: LambdaFixture;
export let stream: StreamFake;

export const newStream = (): void => {
  stream = new StreamFake();
};

/** To be done before each test. */
export const newFixture = (): void => {
  fixture = new LambdaFixture();
  onTestFinished(() => fixture.dispose());
  newStream();
};

const seenFile = () => join(fixture.folder, "seen");
/** The keys of each batch that the function got, in order. */
export const batches = (): string[] =>
  existsSync(seenFile()) ? readFileSync(seenFile(), "utf8").trim().split("\n") : [];

export const consumer = (answer: string, inputs: Readonly<Record<string, unknown>> = {}) =>
  fixture.function(
    "relay",
    `const { appendFileSync, existsSync } = require("node:fs");
     let batchCount = 0;
     exports.handler = async ({ Records }) => {
       const keys = Records.map((record) => record.dynamodb.Keys.photo_id.S);
       appendFileSync(${JSON.stringify(seenFile())}, keys.join(",") + "\\n");
       const failures = (key) => ({ batchItemFailures: Records
         .filter((record) => record.dynamodb.Keys.photo_id.S === key)
         .map((record) => ({ itemIdentifier: record.dynamodb.SequenceNumber })) });
       ${answer}
     };`,
    inputs,
  );

export const mapping = (inputs: Readonly<Record<string, unknown>> = {}) =>
  fixture.resource("aws:lambda/eventSourceMapping:EventSourceMapping", "mapping", "uuid-1", {
    eventSourceArn: streamArn,
    functionName: functionArn("relay"),
    startingPosition: "TRIM_HORIZON",
    ...inputs,
  });

export const start = () => startMappings(fixture, { tableStreams: stream });

export const checkpoint = (): unknown => {
  const file = join(fixture.context.dataDir, "event-sources", "uuid-1.sqlite");
  if (!existsSync(file)) return undefined;
  const database = new DatabaseSync(file, { readOnly: true });
  const row = database.prepare("SELECT after FROM checkpoint").get();
  database.close();
  return row?.["after"] ?? undefined;
};

export const write = (...keys: string[]): string[] => keys.map((key) => stream.write(key));
