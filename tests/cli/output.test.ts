import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { Output } from "../../cli/output";

const order = {
  order_id: "o-1",
  status: "REJECTED",
  items: [
    { item: "Laptop", quantity: 2 },
    { item: "Pen", quantity: 1 },
  ],
  rejection_reason: "payment_declined",
  payment_method: undefined,
};

/** What is shown, on a terminal or on a pipe; without colours, which depend on where the tests run. */
const shown = (isTTY: boolean, print: (output: Output) => void, options = {}): readonly string[] => {
  const texts: string[] = [];
  print(new Output(options, { isTTY, write: (text) => texts.push(text) }));
  return stripVTControlCharacters(texts.join("")).replaceAll(/ +\n/g, "\n").split("\n");
};

describe("on a pipe", () => {
  it("a result is one line of JSON", () => {
    expect(shown(false, (output) => output.one(order))).toEqual([
      '{"order_id":"o-1","status":"REJECTED","items":[{"item":"Laptop","quantity":2},{"item":"Pen","quantity":1}],"rejection_reason":"payment_declined"}',
      "",
    ]);
  });

  it("a list is the JSON of the whole that it is in", () => {
    const whole = { orders: [order], next_cursor: "abc" };
    const [line = "", ...rest] = shown(false, (output) => output.many([order], ["order_id"], whole));
    expect(JSON.parse(line)).toEqual({ orders: [{ ...order }], next_cursor: "abc" });
    expect(rest).toEqual([""]);
  });
});

describe("on a terminal", () => {
  it("a result is its fields, one below the other, without those that it does not have", () => {
    expect(shown(true, (output) => output.one(order))).toEqual([
      "order_id          o-1",
      "status            REJECTED",
      "items             2 x Laptop, 1 x Pen",
      "rejection_reason  payment_declined",
      "",
    ]);
  });

  it("a list is a table of the named fields, empty where a result has none", () => {
    const shipped = { order_id: "o-22", status: "SHIPPED", items: [{ item: "Pen", quantity: 3 }] };
    const columns = ["order_id", "status", "items", "rejection_reason"];
    expect(shown(true, (output) => output.many([order, shipped], columns, "not shown"))).toEqual([
      "order_id  status    items                rejection_reason",
      "o-1       REJECTED  2 x Laptop, 1 x Pen  payment_declined",
      "o-22      SHIPPED   3 x Pen",
      "",
    ]);
  });

  it("an empty list says so", () => {
    expect(shown(true, (output) => output.many([], ["order_id"]))).toEqual(["none", ""]);
  });

  it("an object in a field is its JSON", () => {
    const row = { row: 1, about: { a: 1 }, list: ["b", { c: 2 }], nothing: null };
    expect(shown(true, (output) => output.one(row))).toEqual([
      "row      1",
      'about    {"a":1}',
      'list     "b", {"c":2}',
      "nothing",
      "",
    ]);
  });

  it("--json gives JSON all the same, and nothing is shown on the way", () => {
    expect(shown(true, (output) => output.one({ a: 1 }), { json: true })).toEqual(['{"a":1}', ""]);
    expect(new Output({ json: true }, { isTTY: true, write: () => undefined }).forPeople).toBe(false);
    expect(new Output({}, { isTTY: true, write: () => undefined }).forPeople).toBe(true);
  });
});
