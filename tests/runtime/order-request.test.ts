import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readOrderRequest } from "../../runtime/orders/order-request";

const items = [{ item: "Widget", quantity: 2 }];

const errorsOf = (body: unknown) => {
  const read = readOrderRequest(body);
  return read.kind === "invalid" ? read.errors : [];
};

describe("an order request", () => {
  it("is read with customer and payment method", () => {
    const body = { customer_id: "ada", items, payment_method: "tok_visa" };
    expect(readOrderRequest(body)).toEqual({ kind: "valid", request: body });
  });

  it("may be the shorthand for one line", () => {
    expect(readOrderRequest({ item: "Widget", quantity: 2 })).toEqual({ kind: "valid", request: { items } });
  });

  it.each([
    [
      { items: [{ item: "Widget", quantity: 0 }] },
      "/items/0/quantity",
      "must be a whole number from 1 to 10,000; it is 0",
    ],
    [
      { items: [{ item: "Widget", quantity: 10_001 }] },
      "/items/0/quantity",
      "must be a whole number from 1 to 10,000; it is 10001",
    ],
    [
      { items: [{ item: "Widget", quantity: 1.5 }] },
      "/items/0/quantity",
      "must be a whole number from 1 to 10,000; it is 1.5",
    ],
    [
      { items: [{ item: "Widget", quantity: "2" }] },
      "/items/0/quantity",
      'must be a whole number from 1 to 10,000; it is "2"',
    ],
    [{ item: "Widget", quantity: null }, "/quantity", "must be a whole number from 1 to 10,000; it is null"],
    [{ item: "Widget" }, "/quantity", "must be a whole number from 1 to 10,000; it is missing"],
    [{ quantity: 2 }, "/item", "must be text of 1 to 200 printable characters; it is missing"],
    [{ item: "   ", quantity: 2 }, "/item", 'must be text of 1 to 200 printable characters; it is "   "'],
    [{ item: "a\u0000b", quantity: 2 }, "/item", 'must be text of 1 to 200 printable characters; it is "a\\u0000b"'],
    [{ item: "a\ud800b", quantity: 2 }, "/item", 'must be text of 1 to 200 printable characters; it is "a\\ud800b"'],
    [{ items: [] }, "/items", "must be a list of 1 to 100 order lines; it is a list of 0"],
    [{ items: Array(101).fill(items[0]) }, "/items", "must be a list of 1 to 100 order lines; it is a list of 101"],
    [{ items: {} }, "/items", "must be a list of 1 to 100 order lines; it is an object"],
    [{}, "/items", "must be a list of 1 to 100 order lines; it is missing"],
    [{ items: [null] }, "/items/0", "must be an object with item and quantity; it is null"],
    [{ items, customer_id: 7 }, "/customer_id", "must be text of 1 to 128 printable characters; it is 7"],
    [{ items, payment_method: "" }, "/payment_method", 'must be text of 1 to 255 printable characters; it is ""'],
    [{ items, price: 9 }, "/price", "is not a known field"],
    [{ items, "a/b~c": 1 }, "/a~1b~0c", "is not a known field"],
    [{ items: [{ item: "Widget", quantity: 2, color: "red" }] }, "/items/0/color", "is not a known field"],
    [{ items, item: "Widget" }, "/item", "is not a known field"],
    [JSON.parse('{"items":[{"item":"Widget","quantity":2}],"__proto__":{}}'), "/__proto__", "is not a known field"],
    ["order", "", 'must be a JSON object; it is "order"'],
    [null, "", "must be a JSON object; it is null"],
    [[items], "", "must be a JSON object; it is a list of 1"],
  ])("names what is wrong with %j", (body, pointer, detail) => {
    expect(errorsOf(body)).toEqual([{ pointer, detail }]);
  });

  it("names every wrong field at once", () => {
    const body = { customer_id: "", items: [{ item: "", quantity: -1 }], colour: 1, size: 2 };
    expect(
      errorsOf(body)
        .map(({ pointer }) => pointer)
        .sort(),
    ).toEqual(["/colour", "/customer_id", "/items/0/item", "/items/0/quantity", "/size"]);
  });

  it("names a field once, even when it is wrong in two ways", () => {
    expect(errorsOf({ item: `\u0000${"x".repeat(300)}`, quantity: 1 })).toHaveLength(1);
  });

  it("shows no more than the beginning of a long value", () => {
    const [error] = errorsOf({ item: "x".repeat(5_000), quantity: 1 });
    expect(error?.detail.length).toBeLessThan(150);
  });

  it("is read or refused, never thrown at, whatever JSON comes in", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        const read = readOrderRequest(body);
        expect(read.kind === "valid" || read.errors.length > 0).toBe(true);
      }),
    );
  });
});
