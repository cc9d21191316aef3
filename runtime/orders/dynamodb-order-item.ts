import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { type Order, orderSchema } from "./order";
import type { OrderId } from "./order-id";
import { isTerminal } from "./transitions";

/** DynamoDB's own notation, as the table's stream and a failed condition have it. */
export type OrderItem = Record<string, AttributeValue>;

/** Orders that are not terminal are spread over this many partitions of the index `open-orders`. */
export const openShards = 10;

/** The stored form of an order. */
export const documentOf = (order: Order): Readonly<Record<string, unknown>> => ({
  ...order,
  open_shard: isTerminal(order.status) ? undefined : openShardOf(order.order_id),
});

/** Reads a stored order in DynamoDB's own notation; throws when it is not one. */
export const orderOf = (item: OrderItem): Order => orderSchema.parse(unmarshall(item));

/** The id's last digits are random in every kind of id this system makes. */
const openShardOf = (orderId: OrderId): string => String(Number.parseInt(orderId.slice(-4), 16) % openShards);
