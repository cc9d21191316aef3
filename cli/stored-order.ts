import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamodbOrders } from "../runtime/orders/dynamodb-orders";
import type { Order } from "../runtime/orders/order";
import { orderIdSchema } from "../runtime/orders/order-id";
import { CommandError } from "./command-error";
import type { Target } from "./target";

/** An order as the table has it, with what the API does not show. Throws CommandError where there is none. */
export async function storedOrder({ aws, outputs }: Target, id: string): Promise<Order> {
  const orderId = orderIdSchema.safeParse(id);
  if (!orderId.success) throw new CommandError(`${id} is not an order's id, which is a UUID.`, 2);
  const table = outputs.orders_table;
  if (table === undefined)
    throw new CommandError("The stack has no output orders_table: deploy it again with pulumi up.");
  const order = await dynamodbOrders(new DynamoDBClient(aws), table).find(orderId.data);
  if (order === undefined) throw new CommandError(`There is no order ${id}.`);
  return order;
}
