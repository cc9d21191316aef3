import { DynamoDBClient, GetItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { awsAt, stubService } from "pulumi-local-host/testing/stub-service";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dynamodbOrders } from "../../runtime/orders/dynamodb-orders";
import { freshOrderId, orderIdSchema } from "../../runtime/orders/order-id";
import type { Orders } from "../../runtime/orders/orders";
import { ordersTable } from "../../runtime/orders/orders-table";
import { ada, anOrder, bob, orderId } from "./an-order";
import { type DynamodbEngine, dynamodbBinary, dynamodbEngine } from "./dynamodb-engine";
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

  it("keeps an order as it was inserted, what is undefined left out", async () => {
    const order = anOrder({ idempotency_key: "key-1", payment_method: undefined });
    expect(await orders.insert(order)).toBeUndefined();
    expect(await orders.find(orderId)).toEqual(order);
  });

  it("finds nothing under an id it does not have", async () => {
    expect(await orders.find(freshOrderId())).toBeUndefined();
  });

  it("gives back the stored order, unchanged, when its id is inserted again", async () => {
    await orders.insert(anOrder());
    expect(await orders.insert(anOrder({ fingerprint: "other" }))).toEqual(anOrder());
    expect(await orders.find(orderId)).toEqual(anOrder());
  });

  it("inserts an id once, however many try at the same time", async () => {
    const results = await Promise.all(Array.from({ length: 20 }, () => orders.insert(anOrder())));
    expect(results.filter((existing) => existing === undefined)).toHaveLength(1);
  });

  it("takes an order along the edges and out of the index of open orders", async () => {
    await orders.insert(anOrder());
    expect(await openShard()).toMatch(/^[0-9]$/);
    expect(await openOrders()).toEqual([orderId]);

    const paid = await orders.change(orderId, { to: "PAID", payment_reference: "pay-1" }, at);
    const expected = anOrder({ status: "PAID", version: 2, updated_at: at.toISOString(), payment_reference: "pay-1" });
    expect(paid).toEqual({ kind: "changed", order: expected });
    expect(await openOrders()).toEqual([orderId]);

    await orders.change(orderId, { to: "SHIPPED", shipment_reference: "ship-1" }, at);
    expect(await orders.find(orderId)).toEqual({
      ...expected,
      status: "SHIPPED",
      version: 3,
      shipment_reference: "ship-1",
    });
    expect(await openShard()).toBeUndefined();
    expect(await openOrders()).toEqual([]);
  });

  it("makes a change once: a repeat succeeds without effect", async () => {
    await orders.insert(anOrder());
    const first = await orders.change(orderId, { to: "PAID", payment_reference: "pay-1" }, at);
    const again = await orders.change(orderId, { to: "PAID", payment_reference: "pay-2" }, new Date());
    expect(again).toEqual({ kind: "repeated", order: first.order });
    expect(await orders.find(orderId)).toEqual(first.order);
  });

  it.each(["SHIPPED", "REJECTED", "CANCELLED"] as const)("never changes an order that is %s", async (status) => {
    const order = anOrder({ status });
    await orders.insert(order);
    const other =
      status === "REJECTED"
        ? ({ to: "CANCELLED" } as const)
        : ({ to: "REJECTED", rejection_reason: "payment_declined" } as const);
    expect(await orders.change(orderId, other, at)).toEqual({ kind: "refused", order });
    expect(await orders.find(orderId)).toEqual(order);
  });

  it("lets one of two opposing changes win", async () => {
    await orders.insert(anOrder());
    const [paid, cancelled] = await Promise.all([
      orders.change(orderId, { to: "PAID", payment_reference: "pay-1" }, at),
      orders.change(orderId, { to: "CANCELLED" }, at),
    ]);
    expect([paid.kind, cancelled.kind].sort()).toEqual(["changed", "refused"]);
    expect((await orders.find(orderId))?.version).toBe(2);
  });

  it("rejects a change of an order that does not exist, and makes none", async () => {
    await expect(orders.change(orderId, { to: "CANCELLED" }, at)).rejects.toMatchObject({
      name: "ConditionalCheckFailedException",
    });
    expect(await orders.find(orderId)).toBeUndefined();
  });

  it("pages through one customer's orders, newest first", async () => {
    const ids = Array.from({ length: 5 }, (_, n) => orderIdSchema.parse(`0191f5a2-7c3b-7d1e-8a4f-00000000000${n}`));
    for (const [n, order_id] of ids.entries()) {
      await orders.insert(anOrder({ order_id, created_at: new Date(Date.UTC(2026, 10, 21, 9, 0, n)).toISOString() }));
    }
    await orders.insert(anOrder({ order_id: freshOrderId(), customer_id: bob }));

    const first = await orders.page({ customer_id: ada, limit: 3 });
    expect(first.orders.map(({ order_id }) => order_id)).toEqual([ids[4], ids[3], ids[2]]);
    const second = await orders.page({ customer_id: ada, limit: 3, after: first.next });
    expect(second.orders.map(({ order_id }) => order_id)).toEqual([ids[1], ids[0]]);
    expect(second.next).toBeUndefined();
    expect((await orders.page({ customer_id: ada, limit: 5 })).next).toBeUndefined();
  });

  it("has an empty page for a customer without orders", async () => {
    expect(await orders.page({ customer_id: ada, limit: 3 })).toEqual({ orders: [], next: undefined });
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
