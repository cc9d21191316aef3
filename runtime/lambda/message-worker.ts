import type * as z from "zod";
import { fieldErrors } from "../values/field-errors";
import { readJson } from "../values/json";
import { log } from "./log";
import type { QueueWorker } from "./queue-handler";

export interface MessageWorkerOptions<Schema extends z.ZodType> {
  readonly schema: Schema;
  /** What a message should be: "an OrderPlaced event". */
  readonly expected: string;
  readonly work: (message: z.infer<Schema>, messageId: string) => ReturnType<QueueWorker>;
}

/** A worker for messages whose body is JSON of one schema; any other message fails. */
export const messageWorker =
  <Schema extends z.ZodType>({ schema, expected, work }: MessageWorkerOptions<Schema>): QueueWorker =>
  async ({ id, body }) => {
    const json = readJson(body);
    const read = schema.safeParse(json);
    if (read.success) return work(read.data, id);
    // Only where the message is wrong: the values there may be personal data.
    const wrong = fieldErrors(read.error, json).map(({ pointer }) => pointer || "/");
    log.error({ message_id: id, reason: `not ${expected}: wrong at ${wrong.join(" ")}` }, "message failed");
    return "failed";
  };
