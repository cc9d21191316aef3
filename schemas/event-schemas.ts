import type * as z from "zod";
import { plainJsonSchema } from "../runtime/order-api/json-schemas";
import { busEventSchema } from "../runtime/orders/bus-event";
import { partnerEventSchema } from "../runtime/partners/partner-event";
import { openObjects } from "./open-objects";

interface EventSchema {
  readonly title: string;
  readonly description: string;
  readonly schema: z.ZodType;
  /** The event's `schema_version`; a new one makes a new file, and the one before stays for those who still read it. */
  readonly version: number;
}

const events: Readonly<Record<string, EventSchema>> = {
  "order-event": {
    title: "Event of an order, for partners",
    description:
      "A CloudEvents 1.0 event in structured mode, as partner queues get it, and in the Message of webhooks' envelopes. Events may come more than once (same id) and out of order (see data.order.version). Fields may be added.",
    schema: partnerEventSchema,
    version: partnerEventSchema.shape.data.shape.schema_version.value,
  },
  "bus-event": {
    title: "Event of an order, on the event bus",
    description:
      "What rules of the bus in the same account deliver; EventBridge adds further fields. Events may come more than once (same event_id) and out of order (see order.version). Fields may be added.",
    schema: busEventSchema,
    version: busEventSchema.shape.detail.shape.schema_version.value,
  },
};

/** JSON Schemas of the events, by file name. */
export const eventSchemas: Readonly<Record<string, object>> = Object.fromEntries(
  Object.entries(events).map(([name, { title, description, schema, version }]) => {
    const { $schema, ...rest } = openObjects(plainJsonSchema(schema));
    return [`${name}.v${version}.schema.json`, { $schema, title, description, ...rest }];
  }),
);
