import { marshall } from "@aws-sdk/util-dynamodb";
import { documentOf, type OrderItem } from "../../runtime/orders/dynamodb-order-item";
import type { Order } from "../../runtime/orders/order";

/** An order as the table has it, in DynamoDB's own notation. */
export const storedItem = (order: Order): OrderItem => marshall(documentOf(order), { removeUndefinedValues: true });
