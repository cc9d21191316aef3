import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { readOrderMessage } from "../../runtime/inbox/order-message";
import { maxOrderBytes } from "../../runtime/orders/order-text";
import { readJson } from "../../runtime/values/json";
import { asyncapiDocument } from "../../schemas/asyncapi-document";
import { fiftyOrders } from "../support/fifty-orders";

const { components } = asyncapiDocument;
const ajv = addFormats(new Ajv2020({ strict: false }));
const valid = (name: keyof typeof components.messages, message: unknown): boolean =>
  ajv.validate({ ...components.messages[name].payload, components }, message);

const taken = (body: string): boolean => readOrderMessage({ id: "sqs-1", body, attributes: {} }).kind === "read";

/** What a schema of JSON can tell of: an order is text first, of a certain size. */
const orders = fiftyOrders
  .map(({ name, text }) => ({ name, text, json: readJson(text) }))
  .filter(({ json, text }) => json !== undefined && Buffer.byteLength(text) <= maxOrderBytes);

describe("a message to the intake topic", () => {
  it.each(orders)("is taken exactly when the AsyncAPI document allows it: $name", ({ text, json }) => {
    expect(taken(text)).toBe(valid("Order", json));
    const event = { type: "OrderCreated", id: "event-1", source: "shop", data: json };
    expect(taken(JSON.stringify(event))).toBe(valid("OrderCreated", event));
  });

  it("must say whose order it is", () => {
    const order = { item: "Pen", quantity: 1 };
    expect(valid("Order", order)).toBe(false);
    expect(taken(JSON.stringify(order))).toBe(false);
    expect(valid("Order", { ...order, customer_id: "CUST-001" })).toBe(true);
    expect(taken(JSON.stringify({ ...order, customer_id: "CUST-001" }))).toBe(true);
  });

  it.each(["", "a,b", "x".repeat(256), "ü"])("has a key as id: %j is none", (id) => {
    const event = { type: "OrderCreated", id, data: { customer_id: "CUST-001", item: "Pen", quantity: 1 } };
    expect(valid("OrderCreated", event)).toBe(false);
    expect(taken(JSON.stringify(event))).toBe(false);
  });
});
