import { keyAttribute, readOrderMessage } from "../runtime/inbox/order-message";
import { keyedOrderId } from "../runtime/orders/order-id";
import { CommandError } from "./command-error";
import type { Target } from "./target";

/** What is said of an order that was published. It is placed a moment later. */
export interface PublishedOrder {
  readonly order_id: string;
  readonly message_id: string;
  readonly topic: string;
}

/**
 * Sends an order, bare or in an `OrderCreated` event, through the intake topic. Throws CommandError for one that the pipeline
 * would put into the dead-letter queue, where nobody would tell the sender.
 */
export async function publishOrder(
  { aws, outputs }: Target,
  order: unknown,
  key: string | undefined,
): Promise<PublishedOrder> {
  const body = JSON.stringify(order);
  const attributes = key === undefined ? {} : { [keyAttribute]: key };
  readMessage("message", body, attributes);
  // Takes a quarter of a second to load, which the other commands do without.
  const { SNS } = await import("@aws-sdk/client-sns");
  const { MessageId = "" } = await new SNS(aws).publish({
    TopicArn: outputs.intake_topic_arn,
    Message: body,
    ...(key === undefined ? {} : { MessageAttributes: { [keyAttribute]: { DataType: "String", StringValue: key } } }),
  });
  const { request, idempotency_key } = readMessage(MessageId, body, attributes);
  return {
    order_id: keyedOrderId(request.customer_id, idempotency_key),
    message_id: MessageId,
    topic: outputs.intake_topic_arn,
  };
}

/** Reads the message as the pipeline will. */
function readMessage(id: string, body: string, attributes: Readonly<Record<string, string>>) {
  const read = readOrderMessage({ id, body, attributes });
  if (read.kind === "read") return read;
  // The detail of an order names its fields; that of a key does not say what would be one.
  const keyRule = read.error === "invalid_idempotency_key" ? ` It ${read.errors[0]?.detail ?? ""}.` : "";
  throw new CommandError(`publish: ${read.detail}${keyRule}`);
}
