import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { awsAt, stubService } from "pulumi-local-host/testing/stub-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamodbOrders } from "../../runtime/orders/dynamodb-orders";
import { freshOrderId } from "../../runtime/orders/order-id";
import { cloudwatchOpenOrderGauges } from "../../runtime/reconciliation/cloudwatch-open-order-gauges";
import { dynamodbOpenOrders } from "../../runtime/reconciliation/dynamodb-open-orders";
import { anOrder } from "./an-order";
import { type DynamodbEngine, dynamodbBinary, dynamodbEngine } from "./dynamodb-engine";

const binary = dynamodbBinary();

describe.skipIf(binary === undefined)("the open orders in DynamoDB", () => {
  let engine: DynamodbEngine;

  beforeAll(async () => {
    engine = await dynamodbEngine(binary ?? "");
    await engine.createOrdersTable("orders");
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  it("are found in all shards of the index when they were placed before a moment, until they end", async () => {
    const orders = dynamodbOrders(engine.client, "orders");
    const placedAt = async (created_at: string) => {
      const order = anOrder({ order_id: freshOrderId(), created_at });
      await orders.insert(order);
      return { order_id: order.order_id, created_at };
    };
    const early = await Promise.all(Array.from({ length: 40 }, () => placedAt("2026-11-21T08:59:59.999Z")));
    await placedAt("2026-11-21T09:00:00.000Z");
    const [cancelled, paid] = early;
    if (cancelled === undefined || paid === undefined) throw new Error("There are 40 orders.");
    const now = new Date("2026-11-21T09:00:01.000Z");
    await orders.change(cancelled.order_id, { to: "CANCELLED" }, now);
    await orders.change(paid.order_id, { to: "PAID", payment_reference: "pay-1" }, now);

    const found = await dynamodbOpenOrders(engine.client, "orders").placedBefore(new Date("2026-11-21T09:00:00.000Z"));
    const ids = (all: readonly { readonly order_id: string }[]) => all.map(({ order_id }) => order_id).sort();
    expect(ids(found)).toEqual(ids(early.slice(1)));
    expect(found).toContainEqual(paid);
  });
});

describe("a query of open orders", () => {
  it("reads on where a page ends", async () => {
    const item = (id: string) => ({ order_id: { S: id }, created_at: { S: "2026-11-21T09:00:00.000Z" } });
    const [first, second] = [freshOrderId(), freshOrderId()];
    await using dynamodb = await stubService(({ json }) => {
      const { ExclusiveStartKey, ExpressionAttributeValues } = Object(json);
      if (ExpressionAttributeValues[":shard"].S !== "7") return { status: 200, json: { Items: [] } };
      return ExclusiveStartKey === undefined
        ? { status: 200, json: { Items: [item(first)], LastEvaluatedKey: item(first) } }
        : { status: 200, json: { Items: [item(second)] } };
    });
    const found = await dynamodbOpenOrders(new DynamoDBClient(awsAt(dynamodb.url)), "orders").placedBefore(new Date());
    expect(found.map(({ order_id }) => order_id)).toEqual([first, second]);
    expect(dynamodb.requests).toHaveLength(11);
  });
});

describe("the gauges of open orders", () => {
  it("are put to CloudWatch in one call, under the namespace and the stack's name", async () => {
    await using cloudwatch = await stubService(() => ({ status: 200, json: {} }));
    const gauges = cloudwatchOpenOrderGauges(new CloudWatchClient(awsAt(cloudwatch.url)), {
      namespace: "OrderPipeline",
      dimensions: { Stack: "orders-dev" },
    });
    await gauges.publish({ OpenOrdersBeyondLimit: 3, OldestOpenOrderAge: 3_700, OpenOrdersLeft: 1 });
    const Dimensions = [{ Name: "Stack", Value: "orders-dev" }];
    expect(cloudwatch.requests.map(({ json }) => json)).toEqual([
      {
        Namespace: "OrderPipeline",
        MetricData: [
          { MetricName: "OpenOrdersBeyondLimit", Dimensions, Value: 3, Unit: "Count" },
          { MetricName: "OldestOpenOrderAge", Dimensions, Value: 3_700, Unit: "Seconds" },
          { MetricName: "OpenOrdersLeft", Dimensions, Value: 1, Unit: "Count" },
        ],
      },
    ]);
  });
});
