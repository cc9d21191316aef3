import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { documentOf } from "../../runtime/orders/dynamodb-order-item";
import { freshOrderId } from "../../runtime/orders/order-id";
import { anOrder } from "../runtime/an-order";

const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

/**
 * Stores a PENDING order that no event tells of, as one whose stream record was dropped; gives its id. The relay tells of
 * a new version only, and this one comes to be PENDING without one.
 */
export async function strandedOrder(tables: DynamoDBClient, TableName: string, minutes: number): Promise<string> {
  const placed_at = minutesAgo(minutes);
  const order = anOrder({ order_id: freshOrderId(), created_at: placed_at, updated_at: placed_at });
  for (const status of ["CANCELLED", "PENDING"] as const) {
    const Item = marshall(documentOf({ ...order, status }), { removeUndefinedValues: true });
    await tables.send(new PutItemCommand({ TableName, Item }));
  }
  return order.order_id;
}

/** Makes an order one that was placed so many minutes ago. */
export async function age(tables: DynamoDBClient, TableName: string, id: string, minutes: number): Promise<void> {
  await tables.send(
    new UpdateItemCommand({
      TableName,
      Key: { order_id: { S: id } },
      UpdateExpression: "SET created_at = :at",
      ExpressionAttributeValues: { ":at": { S: minutesAgo(minutes) } },
    }),
  );
}
