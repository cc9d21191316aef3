import { ConditionalCheckFailedException, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { backoff } from "../aws/backoff";
import { ServiceUnavailable } from "../values/service-unavailable";
import { documentOf, orderOf } from "./dynamodb-order-item";
import { type Order, orderSchema } from "./order";
import type { OrderId } from "./order-id";
import type { OrderPage, Orders, PageRequest } from "./orders";
import { ordersTable } from "./orders-table";
import { pagePositionSchema } from "./page-cursor";
import { transitionUpdate } from "./transition-update";
import { type ChangedOrder, changeWithoutEffect, type OrderChange } from "./transitions";

/** Attempts to read what DynamoDB left unprocessed of a batch. */
const maxBatchAttempts = 6;

/** The orders table. `wait` is the pause before each retry of a batch. */
export const dynamodbOrders = (dynamodb: DynamoDBClient, tableName: string, wait = backoff): Orders => {
  const client = DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } });

  const insert = async (order: Order): Promise<Order | undefined> => {
    const put = new PutCommand({
      TableName: tableName,
      Item: documentOf(order),
      ConditionExpression: "attribute_not_exists(order_id)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    try {
      await client.send(put);
      return undefined;
    } catch (error) {
      return storedOrder(error);
    }
  };

  const find = async (orderId: OrderId): Promise<Order | undefined> => {
    const get = new GetCommand({ TableName: tableName, Key: keyOf(orderId), ConsistentRead: true });
    const { Item } = await client.send(get);
    return Item && orderSchema.parse(Item);
  };

  const change = async (orderId: OrderId, change: OrderChange, at: Date): Promise<ChangedOrder> => {
    const { values, ...expressions } = transitionUpdate(change, at.toISOString());
    const update = new UpdateCommand({
      TableName: tableName,
      Key: keyOf(orderId),
      ...expressions,
      ExpressionAttributeValues: values,
      ReturnValues: "ALL_NEW",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    try {
      const { Attributes } = await client.send(update);
      return { kind: "changed", order: orderSchema.parse(Attributes) };
    } catch (error) {
      return changeWithoutEffect(storedOrder(error), change.to);
    }
  };

  const page = async ({ customer_id, limit, after }: PageRequest): Promise<OrderPage> => {
    const query = new QueryCommand({
      TableName: tableName,
      IndexName: ordersTable.byCustomerIndex,
      KeyConditionExpression: "customer_id = :customer_id",
      ExpressionAttributeValues: { ":customer_id": customer_id },
      ScanIndexForward: false,
      // One more than asked for: it tells whether there is a next page.
      Limit: limit + 1,
      ExclusiveStartKey: after && { ...pagePositionSchema.parse(after), customer_id },
    });
    const { Items = [] } = await client.send(query);
    const positions = Items.slice(0, limit).map((item) => pagePositionSchema.parse(item));
    const orders = await findAll(positions.map(({ order_id }) => order_id));
    return { orders, next: Items.length > limit ? positions.at(-1) : undefined };
  };

  const findAll = async (orderIds: readonly OrderId[]): Promise<readonly Order[]> => {
    const found = new Map<OrderId, Order>();
    let wanted: NonNullable<BatchGetCommandInput["RequestItems"]> =
      orderIds.length === 0 ? {} : { [tableName]: { Keys: orderIds.map(keyOf) } };
    for (let attempt = 1; Object.keys(wanted).length > 0; attempt += 1) {
      if (attempt > maxBatchAttempts) {
        throw new ServiceUnavailable(
          `table ${tableName} left orders of a batch unread ${maxBatchAttempts} times: it is throttled`,
        );
      }
      if (attempt > 1) await wait(attempt - 1);
      const { Responses, UnprocessedKeys } = await client.send(new BatchGetCommand({ RequestItems: wanted }));
      const orders = (Responses?.[tableName] ?? []).map((item) => orderSchema.parse(item));
      for (const order of orders) found.set(order.order_id, order);
      wanted = UnprocessedKeys ?? {};
    }
    return orderIds.flatMap((id) => found.get(id) ?? []);
  };

  return { insert, find, findAll, change, page };
};

const keyOf = (order_id: OrderId) => ({ order_id });

/**
 * The order that a failed condition was about; any other error, or one about no order, is thrown again. The document
 * client leaves the item of an error as DynamoDB sent it.
 */
const storedOrder = (error: unknown): Order => {
  if (error instanceof ConditionalCheckFailedException && error.Item !== undefined) return orderOf(error.Item);
  throw error;
};
