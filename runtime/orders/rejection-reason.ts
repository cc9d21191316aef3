import * as z from "zod";

/** Why an order ended REJECTED, in words a customer may read. */
export const rejectionReasonSchema = z.enum(["payment_declined", "shipping_refused"]);

export type RejectionReason = z.infer<typeof rejectionReasonSchema>;
