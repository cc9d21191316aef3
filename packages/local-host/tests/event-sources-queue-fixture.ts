import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { QueueFake, queueArn } from "./event-sources-fixture";
import { functionArn, LambdaFixture, until } from "./lambda-fixture";

export let fixture: LambdaFixture;
export let queue: QueueFake;

/** To be done before each test. */
export const newQueue = (): void => {
  fixture = new LambdaFixture();
  queue = new QueueFake();
  onTestFinished(() => fixture.dispose());
};

const eventsFile = () => join(fixture.folder, "events");
/** The events that the function got, in order. */
export const received = (): { Records: Record<string, unknown>[] }[] =>
  existsSync(eventsFile())
    ? readFileSync(eventsFile(), "utf8")
        .trim()
        .split("\n")
        .map((line): { Records: Record<string, unknown>[] } => JSON.parse(line))
    : [];

export const consumer = (answer: string, inputs: Readonly<Record<string, unknown>> = {}) =>
  fixture.function(
    "work",
    `const { appendFileSync } = require("node:fs");
     exports.handler = async (event) => {
       appendFileSync(process.env.EVENTS, JSON.stringify(event) + "\\n");
       ${answer}
     };`,
    { environment: { variables: { EVENTS: eventsFile() } }, ...inputs },
  );

export const mapping = (inputs: Readonly<Record<string, unknown>> = {}) =>
  fixture.resource("aws:lambda/eventSourceMapping:EventSourceMapping", "mapping", "uuid-1", {
    eventSourceArn: queueArn,
    functionName: functionArn("work"),
    ...inputs,
  });

export const reporting = { functionResponseTypes: ["ReportBatchItemFailures"] };

export const happened = (what: string) => fixture.happened.filter((event) => event.what === what);

export const handled = (times = 1) => until(() => happened("invoked").length === times, `${times} batches are handled`);
