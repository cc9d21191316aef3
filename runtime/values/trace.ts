import * as z from "zod";

/** What ties everything that happens to an order to the request that placed it. */
export const traceSchema = z.object({
  /** Id of the request, message or file row that the order came in with. */
  correlation_id: z.string(),
  /** X-Ray's tracing header of what was done last with the order: what is done next hangs below it. */
  x_ray: z.string().optional(),
});

export type Trace = Readonly<z.infer<typeof traceSchema>>;
