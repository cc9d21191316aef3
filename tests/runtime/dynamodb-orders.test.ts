import { DynamoDBClient, GetItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { awsAt, stubService } from "pulumi-local-host/testing/stub-service";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dynamodbOrders } from "../../runtime/orders/dynamodb-orders";
import { freshOrderId } from "../../runtime/orders/order-id";
import type { Orders } from "../../runtime/orders/orders";
import { ordersTable } from "../../runtime/orders/orders-table";
import { ada, anOrder, orderId } from "./an-order";
import { type DynamodbEngine, dynamodbBinary, dynamodbEngine } from "./dynamodb-engine";
import { ordersContract } from "./orders-contract";
import { storedItem } from "./stored-item";

const binary = dynamodbBinary();
const at = new Date("2026-11-21T10:00:00.000Z");

describe.skipIf(binary === undefined)("the orders table in DynamoDB", () => {
  let engine: DynamodbEngine;
  let client: DynamoDBClient;
  let orders: Orders;
  let tables = 0;

  beforeAll(async () => {
    engine = await dynamodbEngine(binary ?? "");
    client = engine.client;
  });
  afterAll(() => engine[Symbol.asyncDispose]());
  beforeEach(async () => {
    tables += 1;
    await engine.createOrdersTable(`orders-${tables}`);
    orders = dynamodbOrders(client, `orders-${tables}`);
  });

  const openShard = async () => {
    const get = new GetItemCommand({ TableName: `orders-${tables}`, Key: { order_id: { S: orderId } } });
    return (await client.send(get)).Item?.["open_shard"]?.S;
  };
  const openOrders = async () => {
    const scan = new ScanCommand({ TableName: `orders-${tables}`, IndexName: ordersTable.openOrdersIndex });
    return (await client.send(scan)).Items?.map((item) => item["order_id"]?.S);
  };

  ordersContract(async () => orders);

  it("has an order in the index of open orders until it is terminal", async () => {
    await orders.insert(anOrder());
    expect(await openShard()).toMatch(/^[0-9]$/);
    expect(await openOrders()).toEqual([orderId]);

    await orders.change(orderId, { to: "PAID", payment_reference: "pay-1" }, at);
    expect(await openOrders()).toEqual([orderId]);

    await orders.change(orderId, { to: "SHIPPED", shipment_reference: "ship-1" }, at);
    expect(await openShard()).toBeUndefined();
    expect(await openOrders()).toEqual([]);
  });
});

describe("a batch that DynamoDB leaves partly unprocessed", () => {
  const first = anOrder();
  const second = anOrder({ order_id: freshOrderId(), created_at: "2026-11-21T08:00:00.000Z" });
  const key = ({ order_id }: typeof first) => ({ order_id: { S: order_id } });
  const index = { Items: [storedItem(first), storedItem(second)], Count: 2 };

  it("is asked for again until it is complete, and keeps its order", async () => {
    await using dynamodb = await stubService((_, call) => {
      const answers = [
        index,
        { Responses: { orders: [storedItem(second)] }, UnprocessedKeys: { orders: { Keys: [key(first)] } } },
        { Responses: { orders: [storedItem(first)] }, UnprocessedKeys: {} },
      ];
      return { status: 200, json: answers[call] };
    });
    const pauses: number[] = [];
    const orders = dynamodbOrders(new DynamoDBClient(awsAt(dynamodb.url)), "orders", async (attempt) => {
      pauses.push(attempt);
    });
    expect((await orders.page({ customer_id: ada, limit: 10 })).orders).toEqual([first, second]);
    expect(dynamodb.requests[2]?.json).toEqual({ RequestItems: { orders: { Keys: [key(first)] } } });
    expect(pauses).toEqual([1]);
  });

  it("that never completes is an error, not a page with holes", async () => {
    await using dynamodb = await stubService((_, call) => ({
      status: 200,
      json: call === 0 ? index : { Responses: {}, UnprocessedKeys: { orders: { Keys: [key(first)] } } },
    }));
    const orders = dynamodbOrders(new DynamoDBClient(awsAt(dynamodb.url)), "orders", () => Promise.resolve());
    await expect(orders.page({ customer_id: ada, limit: 10 })).rejects.toThrow(
      "table orders left orders of a batch unread 6 times: it is throttled",
    );
  });
});
