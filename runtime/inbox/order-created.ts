import * as z from "zod";
import { idempotencyKeySchema } from "../orders/idempotency-key";
import { type OrderRequest, oneLineRequestSchema, orderRequestSchema } from "../orders/order-request";

/** The event by which other systems, and this one's own file import, send an order in. */
export const orderCreatedType = "OrderCreated";

/** An order in a message: without a token, so it must name its customer. */
export const sentOrderSchema = orderRequestSchema.required({ customer_id: true });
export const sentLineSchema = oneLineRequestSchema.required({ customer_id: true });

/** The documented form of the event. `eventAround` accepts others as well. */
export const orderCreatedSchema = z.object({
  type: z.literal(orderCreatedType),
  /** The order's Idempotency-Key: the same event sent again is the same order. */
  id: idempotencyKeySchema,
  source: z.string().optional(),
  data: z.union([sentOrderSchema, sentLineSchema]),
});

/** `source` of the events that import-file sends. */
export const fileImportSource = "import-file";

export interface OrderCreated {
  readonly type: typeof orderCreatedType;
  readonly id: string;
  readonly source: string;
  readonly data: OrderRequest;
}

export const orderCreated = (id: string, source: string, data: OrderRequest): OrderCreated => ({
  type: orderCreatedType,
  id,
  source,
  data,
});

/** The parts of an event around an order; nothing in them is validated yet. */
export interface FoundEvent {
  readonly type: unknown;
  readonly id: unknown;
  readonly order: unknown;
}

/** What the parts of an event are called: in CloudEvents, in EventBridge, and in events made by hand. */
const typeNames = ["type", "event_type", "eventType", "detail-type", "event"];
const idNames = ["id", "event_id", "eventId"];
const orderNames = ["data", "detail", "order", "payload"];

/** Other fields of an event that has the order's fields beside its own. */
const aboutEvents = ["specversion", "source", "time", "timestamp", "version", "schema_version", "datacontenttype"];

/** The parts of an event with an order in it; undefined when this is the bare order. */
export const eventAround = (json: unknown): FoundEvent | undefined => {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
  const given = new Map<string, unknown>(Object.entries(json));
  const first = (names: readonly string[]): unknown =>
    names.map((name) => given.get(name)).find((it) => it !== undefined);
  const type = first(typeNames);
  if (type === undefined) return undefined;
  const around = [...typeNames, ...idNames, ...aboutEvents];
  const flat = () => Object.fromEntries([...given].filter(([name]) => !around.includes(name)));
  return { type, id: first(idNames), order: first(orderNames) ?? flat() };
};
