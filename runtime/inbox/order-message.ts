import { idempotencyKeySchema } from "../orders/idempotency-key";
import type { OrderRequest } from "../orders/order-request";
import { maxOrderBytes, orderJson, orderTooLarge, readOrder, readOrderText } from "../orders/order-text";
import { invalidRequest, type Rejection } from "../orders/rejection";
import { readJson } from "../values/json";
import { eventAround, type FoundEvent, orderCreatedType } from "./order-created";

/** A message as the queue has it. */
export interface OrderMessage {
  readonly id: string;
  readonly body: string;
  /** Message attributes that are text. */
  readonly attributes: Readonly<Record<string, string>>;
  /** All message attributes of the queue's message, as they were sent. Default: `attributes`, as String. */
  readonly typedAttributes?: Readonly<Record<string, TypedAttribute>>;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html shows both forms of a value. */
export interface TypedAttribute {
  /** String, Number or Binary, which may have a custom label: `Number.int`. */
  readonly dataType: string;
  readonly stringValue?: string | undefined;
  /** Base64. */
  readonly binaryValue?: string | undefined;
}

export interface ReadOrderMessage {
  readonly kind: "read";
  readonly request: OrderRequest;
  readonly idempotency_key: string;
}

/** Attribute with the Idempotency-Key of an order that comes without an event around it. */
export const keyAttribute = "idempotency_key";

/**
 * Reads the order in a message: as it was sent or in the envelope that SNS puts around it, bare or in an `OrderCreated`
 * event. The event's id is its Idempotency-Key; else the attribute `idempotency_key`; else the id that SNS, or SQS, gave
 * the message, which every redelivery keeps.
 */
export const readOrderMessage = (message: OrderMessage): ReadOrderMessage | Rejection => {
  const { id, body, attributes } = withoutEnvelope(message);
  const found = orderJson(body);
  if (found.kind === "rejected") return found;
  const event = eventAround(found.json);
  const read = event === undefined ? readOrderText(body) : readEvent(event);
  if (read.kind === "rejected") return read;
  const key = idempotencyKeySchema.safeParse(event === undefined ? (attributes[keyAttribute] ?? id) : event.id);
  if (key.success) return { ...read, idempotency_key: key.data };
  return {
    kind: "rejected",
    error: "invalid_idempotency_key",
    detail: event === undefined ? `The attribute ${keyAttribute} is not a key.` : "The event's id is not a key.",
    errors: [{ pointer: "", detail: key.error.issues[0]?.message ?? "" }],
  };
};

const readEvent = ({ type, order }: FoundEvent): ReturnType<typeof readOrder> => {
  if (type !== orderCreatedType) {
    const was = JSON.stringify(type).slice(0, 60);
    return invalidRequest([
      { pointer: "", detail: `must be in an event of type ${orderCreatedType}; its type is ${was}` },
    ]);
  }
  const bytes = Buffer.byteLength(JSON.stringify(order));
  return bytes > maxOrderBytes ? orderTooLarge(bytes) : readOrder(order);
};

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
const withoutEnvelope = (message: OrderMessage): OrderMessage => {
  const envelope = readJson(message.body);
  if (typeof envelope !== "object" || envelope === null) return message;
  const { Type, TopicArn, Message, MessageId, MessageAttributes } = Object.fromEntries(Object.entries(envelope));
  if (Type !== "Notification" || typeof TopicArn !== "string" || typeof Message !== "string") return message;
  return {
    id: typeof MessageId === "string" ? MessageId : message.id,
    body: Message,
    attributes: textAttributes(MessageAttributes),
  };
};

const textAttributes = (attributes: unknown): OrderMessage["attributes"] =>
  Object.fromEntries(
    Object.entries(attributes ?? {}).flatMap(([name, attribute]: [string, { readonly Value?: unknown } | null]) =>
      typeof attribute?.Value === "string" ? [[name, attribute.Value]] : [],
    ),
  );
