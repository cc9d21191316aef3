import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, QueryCommand, type QueryCommandOutput } from "@aws-sdk/lib-dynamodb";
import { openShards } from "../orders/dynamodb-order-item";
import { ordersTable } from "../orders/orders-table";
import { type OpenOrder, type OpenOrders, openOrderSchema } from "./open-orders";

/** The table's index of open orders: one query for each of its shards, all at the same time. */
export const dynamodbOpenOrders = (dynamodb: DynamoDBClient, tableName: string): OpenOrders => {
  const client = DynamoDBDocumentClient.from(dynamodb);

  const ofShard = async (shard: number, before: string): Promise<readonly OpenOrder[]> => {
    const found: OpenOrder[] = [];
    let ExclusiveStartKey: QueryCommandOutput["LastEvaluatedKey"];
    do {
      const query = new QueryCommand({
        TableName: tableName,
        IndexName: ordersTable.openOrdersIndex,
        KeyConditionExpression: "open_shard = :shard AND created_at < :before",
        ExpressionAttributeValues: { ":shard": String(shard), ":before": before },
        ExclusiveStartKey,
      });
      const { Items = [], LastEvaluatedKey } = await client.send(query);
      found.push(...Items.map((item) => openOrderSchema.parse(item)));
      ExclusiveStartKey = LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return found;
  };

  return {
    placedBefore: async (moment) => {
      const shards = Array.from({ length: openShards }, (_, shard) => ofShard(shard, moment.toISOString()));
      return (await Promise.all(shards)).flat();
    },
  };
};
