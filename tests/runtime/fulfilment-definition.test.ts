import { ConditionalCheckFailedException, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { runStateMachine } from "pulumi-local-host/testing/run-state-machine";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { fulfilmentDefinition } from "../../runtime/fulfilment/fulfilment-definition";
import { dynamodbOrders } from "../../runtime/orders/dynamodb-orders";
import type { Order } from "../../runtime/orders/order";
import { orderEventOf } from "../../runtime/orders/order-event";
import type { Orders } from "../../runtime/orders/orders";
import type { OrderChange } from "../../runtime/orders/transitions";
import { anOrder, orderId } from "./an-order";
import { type DynamodbEngine, dynamodbBinary, dynamodbEngine } from "./dynamodb-engine";

const binary = dynamodbBinary();

/** What the functions behind the workflow answer, or throw; each takes the next of its list, and the last one from then on. */
type Answers = Readonly<Record<"take-payment" | "ship-order" | "refund-payment", readonly (object | Error)[]>>;

const taken = { kind: "taken", payment_reference: "pay-1" };
const shipped = { kind: "shipped", shipment_reference: "ship-1" };
const allIsWell: Answers = {
  "take-payment": [taken],
  "ship-order": [shipped],
  "refund-payment": [{ refund_reference: "refund-1" }],
};

const errorNamed = (name: string): Error => Object.assign(new Error(name), { name });

const invocation = z.object({ FunctionName: z.enum(["take-payment", "ship-order", "refund-payment"]) });

describe.skipIf(binary === undefined)("the fulfilment workflow, on a table in DynamoDB", () => {
  let engine: DynamodbEngine;
  let orders: Orders;
  let tables = 0;
  const tableName = () => `orders-${tables}`;

  beforeAll(async () => {
    engine = await dynamodbEngine(binary ?? "");
  });
  afterAll(() => engine[Symbol.asyncDispose]());
  beforeEach(async () => {
    tables += 1;
    await engine.createOrdersTable(tableName());
    orders = dynamodbOrders(engine.client, tableName());
  });

  /** Runs the workflow on the stored order; `meanwhile` happens while the function of that name is at work. */
  const fulfil = async (
    order: Order,
    answers: Partial<Answers> = {},
    meanwhile: Partial<Record<keyof Answers, OrderChange>> = {},
  ) => {
    const functions = { ...allIsWell, ...answers };
    const called: string[] = [];
    const invoke = async (parameters: unknown): Promise<unknown> => {
      const { FunctionName } = invocation.parse(parameters);
      const calls = called.filter((name) => name === FunctionName).length;
      called.push(FunctionName);
      const change = meanwhile[FunctionName];
      if (change !== undefined && calls === 0) await orders.change(orderId, change, new Date());
      const answer = functions[FunctionName][calls] ?? functions[FunctionName].at(-1);
      if (answer instanceof Error) throw answer;
      return { Payload: answer };
    };
    const outcome = await runStateMachine(
      fulfilmentDefinition({
        tableName: tableName(),
        takePaymentArn: "take-payment",
        shipOrderArn: "ship-order",
        refundPaymentArn: "refund-payment",
      }),
      { order: orderEventOf(order).detail.order, trace: order.trace },
      async (resource, parameters) => {
        if (resource.endsWith("lambda:invoke")) return invoke(parameters);
        // The workflow's parameters are the call's input, as the service integration takes them.
        const input = parameters as never;
        if (resource.endsWith("dynamodb:getItem")) return engine.client.send(new GetItemCommand(input));
        return engine.client.send(new UpdateItemCommand(input)).catch((error: unknown) => {
          throw error instanceof ConditionalCheckFailedException ? errorNamed(`DynamoDB.${error.name}`) : error;
        });
      },
    );
    const stored = await orders.find(orderId);
    return { outcome: outcome.kind, status: stored?.status, version: stored?.version, called, stored };
  };

  it("takes payment, ships and settles: PENDING to PAID to SHIPPED", async () => {
    await orders.insert(anOrder());
    const { stored, ...ended } = await fulfil(anOrder());
    expect(ended).toEqual({
      outcome: "succeeded",
      status: "SHIPPED",
      version: 3,
      called: ["take-payment", "ship-order"],
    });
    expect(stored).toMatchObject({ payment_reference: "pay-1", shipment_reference: "ship-1" });
  });

  it("rejects a declined order, and refunds nothing", async () => {
    await orders.insert(anOrder());
    const ended = await fulfil(anOrder(), { "take-payment": [{ kind: "declined" }] });
    expect(ended).toMatchObject({ status: "REJECTED", version: 2, called: ["take-payment"] });
    expect(ended.stored?.rejection_reason).toBe("payment_declined");
  });

  it("rejects an order that shipping refuses, then refunds it", async () => {
    await orders.insert(anOrder());
    const ended = await fulfil(anOrder(), { "ship-order": [{ kind: "refused" }] });
    expect(ended).toMatchObject({ status: "REJECTED", version: 3 });
    expect(ended.called).toEqual(["take-payment", "ship-order", "refund-payment"]);
    expect(ended.stored?.rejection_reason).toBe("shipping_refused");
  });

  it("refunds the payment when the order was cancelled while it was taken", async () => {
    await orders.insert(anOrder());
    const ended = await fulfil(anOrder(), {}, { "take-payment": { to: "CANCELLED" } });
    expect(ended).toMatchObject({ outcome: "succeeded", status: "CANCELLED", version: 2 });
    expect(ended.called).toEqual(["take-payment", "refund-payment"]);
  });

  it("leaves a cancelled order alone when payment was declined meanwhile", async () => {
    await orders.insert(anOrder());
    const ended = await fulfil(
      anOrder(),
      { "take-payment": [{ kind: "declined" }] },
      { "take-payment": { to: "CANCELLED" } },
    );
    expect(ended).toMatchObject({ outcome: "succeeded", status: "CANCELLED", version: 2 });
  });

  it("continues where an interrupted execution ended: a PAID order is shipped, not paid again", async () => {
    await orders.insert(anOrder({ status: "PAID", version: 2, payment_reference: "pay-1" }));
    expect(await fulfil(anOrder())).toMatchObject({ status: "SHIPPED", version: 3, called: ["ship-order"] });
  });

  it.each(["REJECTED", "CANCELLED"] as const)("only refunds an order that is %s already", async (status) => {
    await orders.insert(anOrder({ status, version: 2 }));
    expect(await fulfil(anOrder())).toMatchObject({ status, version: 2, called: ["refund-payment"] });
  });

  it("does nothing with an order that is SHIPPED already", async () => {
    await orders.insert(anOrder({ status: "SHIPPED", version: 3 }));
    expect(await fulfil(anOrder())).toMatchObject({ outcome: "succeeded", version: 3, called: [] });
  });

  it("takes payment for an order without a payment method", async () => {
    const order = anOrder({ payment_method: undefined });
    await orders.insert(order);
    expect(await fulfil(order)).toMatchObject({ status: "SHIPPED", called: ["take-payment", "ship-order"] });
  });

  it.each(["ServiceUnavailable", "Lambda.TooManyRequestsException"])("tries again after %s", async (name) => {
    await orders.insert(anOrder());
    const ended = await fulfil(anOrder(), { "take-payment": [errorNamed(name), taken] });
    expect(ended).toMatchObject({ status: "SHIPPED", called: ["take-payment", "take-payment", "ship-order"] });
  });

  it("is patient while a function has no concurrency left", async () => {
    await orders.insert(anOrder());
    const throttle = errorNamed("Lambda.TooManyRequestsException");
    const ended = await fulfil(anOrder(), { "take-payment": [...Array<Error>(6).fill(throttle), taken] });
    expect(ended).toMatchObject({ status: "SHIPPED", called: [...Array(7).fill("take-payment"), "ship-order"] });
  });

  it("fails for an error that a retry does not resolve, and leaves the order's status as it is", async () => {
    await orders.insert(anOrder());
    const ended = await fulfil(anOrder(), { "ship-order": [errorNamed("InvalidTaskInput")] });
    expect(ended).toMatchObject({ outcome: "failed", status: "PAID", called: ["take-payment", "ship-order"] });
  });

  it("fails for an answer of a kind that it does not know", async () => {
    await orders.insert(anOrder());
    expect(await fulfil(anOrder(), { "take-payment": [{ kind: "maybe" }] })).toMatchObject({
      outcome: "failed",
      status: "PENDING",
    });
  });

  it("fails for an order that the table does not have", async () => {
    expect(await fulfil(anOrder())).toMatchObject({ outcome: "failed", status: undefined, called: [] });
  });
});
