import * as z from "zod";
import type { BusEvent } from "../orders/bus-event";
import { orderSchema } from "../orders/order";
import { orderEventTypeSchema } from "../orders/order-event";
import { orderIdSchema } from "../orders/order-id";
import { timestampSchema } from "../values/timestamp";
import { traceparent } from "../values/trace-context";

/**
 * What partners learn about an order. The customer and the payment method are not included: whoever may know them reads
 * the order from the API. A field can be added later, but not removed (docs/decisions/0021).
 */
const partnerOrderSchema = orderSchema.pick({
  order_id: true,
  status: true,
  version: true,
  items: true,
  created_at: true,
  updated_at: true,
  rejection_reason: true,
});

/** An event for partners: CloudEvents 1.0 in structured mode. */
export const partnerEventSchema = z.object({
  specversion: z.literal("1.0"),
  /** `order_id:version`: the same event keeps its id however often it is delivered. */
  id: z.string().min(1),
  /** URL of the API's orders; followed by `/` and the subject it is the order's. */
  source: z.url(),
  type: orderEventTypeSchema,
  subject: orderIdSchema,
  /** When it happened, not when it was sent. */
  time: timestampSchema,
  datacontenttype: z.literal("application/json"),
  /** Extension: ties everything that happens to an order to the request that placed it. */
  correlationid: z.string().min(1).optional(),
  /** Extension "Distributed Tracing": where the event stands in the order's trace, in W3C's notation. */
  traceparent: z
    .string()
    .regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)
    .optional(),
  data: z.object({
    /** A change that can break a consumer gets a new version. */
    schema_version: z.literal(1),
    order: partnerOrderSchema,
  }),
});

export type PartnerEvent = Readonly<z.infer<typeof partnerEventSchema>>;

/** `source` is the URL of the API's orders. */
export const partnerEventOf = ({ "detail-type": type, detail }: BusEvent, source: string): PartnerEvent =>
  partnerEventSchema.parse({
    specversion: "1.0",
    id: detail.event_id,
    source,
    type,
    subject: detail.order.order_id,
    time: detail.occurred_at,
    datacontenttype: "application/json",
    // CloudEvents allows no empty attribute.
    ...(detail.trace.correlation_id === "" ? {} : { correlationid: detail.trace.correlation_id }),
    traceparent: traceparent(detail.trace.x_ray),
    data: { schema_version: 1, order: detail.order },
  });

/** What subscriptions filter on, sent along as the topic's message attributes. */
export const partnerEventAttributes = ({ type, data }: PartnerEvent): Readonly<Record<string, string>> => ({
  event_type: type,
  schema_version: String(data.schema_version),
  ...(data.order.rejection_reason === undefined ? {} : { rejection_reason: data.order.rejection_reason }),
});
