import * as z from "zod";

const environment = z.object({ ALBUM: z.string(), THUMBNAIL_WIDTH: z.string().optional() });

/** A handler that is not of the pipeline. */
export const resizePhotoHandler = Object.assign(async () => ({ batchItemFailures: [] }), { environment });
