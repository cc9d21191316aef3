import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs";
import { maxMessageBytes } from "../../runtime/inbox/max-message-bytes";
import { readOrderMessage } from "../../runtime/inbox/order-message";
import type { Rejection } from "../../runtime/orders/rejection";
import { readJson } from "../../runtime/values/json";
import { type Subject, subjectOf } from "./order-in-message";
import { type StreamPlace, streamPlaceOf } from "./stream-place";

/** A message of a dead-letter queue, and what can be told of it. */
export interface DeadLetter extends Subject {
  readonly message_id: string;
  /** A code: of the pipeline, of the service that could not deliver, or how it came here. */
  readonly reason: string;
  /** In words. */
  readonly detail?: string;
  readonly receives: number;
  /** When it was first sent, in UTC. */
  readonly since: string;
  /** Where the relay's records are in the table's stream. */
  readonly place?: StreamPlace;
  readonly receipt: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
}

/** What became of one message: it is where it should be, it was not meant, or it stays for a reason. */
export type Outcome = "redriven" | "not meant" | { readonly because: string };

/** Attributes in which a message says why it is here: they are no part of what was sent. */
export const explanations: readonly string[] = ["error", "field", "reason"];

export function deadLetterOf(message: Message): DeadLetter {
  const { MessageId = "", ReceiptHandle = "", Body = "", Attributes = {}, MessageAttributes = {} } = message;
  const place = streamPlaceOf(Body);
  return {
    message_id: MessageId,
    ...subjectOf(Body),
    ...reasonOf(message, place),
    receives: Number(Attributes.ApproximateReceiveCount ?? 0),
    since: new Date(Number(Attributes.SentTimestamp ?? 0)).toISOString(),
    ...(place === undefined ? {} : { place }),
    receipt: ReceiptHandle,
    body: Body,
    attributes: MessageAttributes,
  };
}

/** What is shown of a message; its body as JSON where it is that. */
export const shownLetter = ({ receipt: _, attributes: __, place: ___, body, ...letter }: DeadLetter) => ({
  ...letter,
  message: readJson(body) ?? body,
});

/** Bytes of a body beside which there may have been no room for the reason. */
const almostFull = maxMessageBytes - 64 * 1024;

/** Why import-orders rejected a message that was too large to have the reason with it: it is read again. */
function rejectionOf({ MessageId = "", Body = "", Attributes = {} }: Message): Rejection | undefined {
  if (Buffer.byteLength(Body) < almostFull || Attributes.DeadLetterQueueSourceArn !== undefined) return undefined;
  const read = readOrderMessage({ id: MessageId, body: Body, attributes: {} });
  return read.kind === "rejected" ? read : undefined;
}

const fieldsOf = ({ errors }: Rejection): string => errors.map(({ pointer }) => pointer || "/").join(" ");

function reasonOf(message: Message, place: StreamPlace | undefined): Pick<DeadLetter, "reason" | "detail"> {
  const { Attributes = {}, MessageAttributes = {} } = message;
  const text = (name: string): string | undefined => MessageAttributes[name]?.StringValue;
  const said = (reason: string, ...details: readonly (string | undefined)[]) => {
    const detail = details.filter((it) => it !== undefined && it !== "-").join(" ");
    return detail === "" ? { reason } : { reason, detail };
  };
  // Of import-orders, which knows a message that can never be placed.
  const error = text("error");
  if (error !== undefined) return said(error, text("field"), text("reason"));
  // Of EventBridge and its Scheduler.
  const code = text("ERROR_CODE");
  if (code !== undefined) return said(code, text("ERROR_MESSAGE"));
  if (place !== undefined) return said(place.condition, `${place.batchSize} records of ${place.shardId}`);
  const rejected = rejectionOf(message);
  if (rejected !== undefined) return said(rejected.error, fieldsOf(rejected), rejected.detail);
  // By its queue's redrive policy: the consumer's log has the reason.
  return said(Attributes.DeadLetterQueueSourceArn === undefined ? "NotDelivered" : "MaxReceivesExceeded");
}
