import * as z from "zod";

/** Bytes of a document. */
const maximumSize = 64 * 1024;

const segmentId = z.string().regex(/^[0-9a-f]{16}$/, "must be 16 hexadecimal digits");

/** What the store reads of a document; the rest is kept as it came. */
const documentSchema = z
  .looseObject({
    trace_id: z.string().regex(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/, "must be 1-, 8 hexadecimal digits, - and 24 more"),
    id: segmentId,
    name: z.string().min(1).max(200),
    start_time: z.number(),
    end_time: z.number().optional(),
    in_progress: z.boolean().optional(),
    type: z.literal("subsegment").optional(),
    parent_id: segmentId.optional(),
    annotations: z
      .record(z.string().regex(/^\w{1,500}$/), z.union([z.string().max(1000), z.number(), z.boolean()]))
      .optional(),
  })
  .refine(
    ({ end_time, in_progress }) => end_time !== undefined || in_progress === true,
    "needs end_time or in_progress",
  )
  .refine(({ type, parent_id }) => type === undefined || parent_id !== undefined, "a subsegment needs parent_id");

export interface SegmentDocument extends z.infer<typeof documentSchema> {
  /** The document as it came. */
  readonly json: string;
}

export type ReadDocument =
  | { readonly kind: "read"; readonly document: SegmentDocument }
  | { readonly kind: "refused"; readonly id: string | undefined; readonly reason: string };

/** Reads a segment document. https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html */
export const readSegmentDocument = (json: string): ReadDocument => {
  const size = Buffer.byteLength(json);
  if (size > maximumSize) return refused(undefined, `it has ${size} bytes; at most ${maximumSize} are possible`);
  let given: unknown;
  try {
    given = JSON.parse(json);
  } catch {
    return refused(undefined, "it is not JSON");
  }
  const read = documentSchema.safeParse(given);
  if (read.success) return { kind: "read", document: { ...read.data, json } };
  const reason = read.error.issues.map(({ path, message }) => [path.join("."), message].join(" ").trim()).join("; ");
  return refused(z.object({ id: z.string() }).safeParse(given).data?.id, reason);
};

const refused = (id: string | undefined, reason: string): ReadDocument => ({ kind: "refused", id, reason });
