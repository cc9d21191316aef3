import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { type Order, orderSchema } from "../domain/order";
import type { OrderId } from "../domain/order-id";
import { isTerminal } from "../domain/transitions";

export type OrderItem = Record<string, AttributeValue>;

/** Orders that are not terminal are spread over this many partitions of the index `open-orders`. */
export const openShards = 10;

/** The stored form of an order. */
export const itemOf = (order: Order): OrderItem =>
  marshall(
    { ...order, open_shard: isTerminal(order.status) ? undefined : openShardOf(order.order_id) },
    { removeUndefinedValues: true },
  );

/** Reads a stored order, or its image in the table's stream; throws when it is not one. */
export const orderOf = (item: OrderItem): Order => orderSchema.parse(unmarshall(item));

/** The id's last digits are random in every kind of id this system makes. */
const openShardOf = (orderId: OrderId): string => String(Number.parseInt(orderId.slice(-4), 16) % openShards);
