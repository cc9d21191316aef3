import * as z from "zod";

/**
 * RFC 3339 in UTC, kept to the millisecond so that times sort as text. Read in any precision: a workflow, whose tasks
 * set `updated_at`, may leave out milliseconds that are zero.
 */
export const timestampSchema = z.iso.datetime({ abort: true }).overwrite((time) => new Date(time).toISOString());
