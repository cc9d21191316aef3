import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

const amount = z.number().min(0);
const byName = z.record(z.string(), amount);

/** What one unit of work asks AWS for, by the names that things have in the program. */
const workSchema = z.strictObject({
  /** The same in every run: what the code does, not how fast. */
  exact: z.strictObject({
    apiRequests: amount,
    /** By function, when each invocation gets one message or record: the most there can be. */
    invocations: byName,
    /** Write request units of the table and its indexes: 1 KB each. */
    writeUnits: amount,
    /** Read request units: 4 KB each, half of one when the read need not be consistent. */
    readUnits: amount,
    /** Events put on the bus. */
    events: amount,
    /** Messages sent, by queue. */
    messages: byName,
    /** Messages published, by topic. */
    published: byName,
    executions: amount,
    /** Calls of PutMetricData. */
    metricRequests: amount,
    /** Custom metrics that it gives a value, by name and dimensions. */
    metrics: z.array(z.string()),
  }),
  /** From one run, and different in the next. */
  measured: z.strictObject({
    /** Mean duration of an invocation, by function. */
    milliseconds: byName,
    workflowMilliseconds: amount,
    /** As CloudWatch Logs counts them, with 26 bytes for each line. */
    logBytes: amount,
    eventBytes: amount,
    /** Of the table and its indexes, as DynamoDB counts them, with 100 bytes for each item. */
    storedBytes: amount,
  }),
});

export const workCountsSchema = z.strictObject({
  measured: z.iso.date(),
  machine: z.string(),
  /** Orders that the figures are the mean of. */
  orders: amount,
  /** Share that is left of the log when it is compressed. */
  compressedLog: amount,
  /** One order, from POST to SHIPPED. */
  order: workSchema,
  /** One GET of an order. */
  read: workSchema,
  /** One run of reconcile-orders that finds nothing. */
  reconciliation: workSchema,
});

export type Work = z.infer<typeof workSchema>;
export type WorkCounts = z.infer<typeof workCountsSchema>;

const file = join(__dirname, "work-counts.json");

/** What was measured last, as it is committed. */
export const readWorkCounts = (): WorkCounts => workCountsSchema.parse(JSON.parse(readFileSync(file, "utf8")));

export const writeWorkCounts = (counts: WorkCounts): void =>
  writeFileSync(file, `${JSON.stringify(workCountsSchema.parse(counts), null, 2)}\n`);
