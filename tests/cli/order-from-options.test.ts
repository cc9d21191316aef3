import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { CommandError } from "../../cli/command-error";
import { orderFromOptions } from "../../cli/order-from-options";

const folder = mkdtempSync(join(tmpdir(), "orders-options-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fileOf = (name: string, content: string): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};

const problemOf = (options: Parameters<typeof orderFromOptions>[0]): unknown => {
  try {
    return orderFromOptions(options);
  } catch (error) {
    return error;
  }
};

describe("the order of a command line", () => {
  it("has the fields that were given, and no others", () => {
    expect(orderFromOptions({ item: ["Laptop=2", "Mouse"], customer: "CUST-001", paymentMethod: "tok_visa" })).toEqual({
      customer_id: "CUST-001",
      items: [
        { item: "Laptop", quantity: 2 },
        { item: "Mouse", quantity: 1 },
      ],
      payment_method: "tok_visa",
    });
    expect(orderFromOptions({ item: ["Mouse"] })).toStrictEqual({ items: [{ item: "Mouse", quantity: 1 }] });
  });

  it.each([
    ["a=b=3", "a=b", 3],
    ["Laptop=0", "Laptop", 0],
    ["Laptop=-1", "Laptop", -1],
    ["=2", "", 2],
    ["Größe 38=10001", "Größe 38", 10_001],
  ])("takes --item %s as it is, for the API to judge", (text, item, quantity) => {
    expect(orderFromOptions({ item: [text] })).toEqual({ items: [{ item, quantity }] });
  });

  it.each(["Laptop=two", "Laptop=", "Laptop=1.5", "Laptop=2 ", "a=b"])(
    "is refused for --item %j, whose quantity is not a whole number",
    (text) => {
      const message = `--item is ${JSON.stringify(text)}: after = comes the quantity, a whole number, such as Laptop=2.`;
      expect(problemOf({ item: ["Mouse", text] })).toEqual(new CommandError(message, 2));
    },
  );

  it("is refused without a line", () => {
    const problem = new CommandError("What is ordered? Give --item Laptop=2, or --file order.json.", 2);
    expect(problemOf({ customer: "CUST-001" })).toEqual(problem);
  });

  it("may stand in a file, and then is whatever JSON is there", () => {
    expect(orderFromOptions({ file: fileOf("order.json", '{"item":"Laptop","quantity":"x"}\n') })).toEqual({
      item: "Laptop",
      quantity: "x",
    });
  });

  it("is refused by the file's name when there is no such file, or no JSON in it", () => {
    const missing = join(folder, "missing.json");
    expect(problemOf({ file: missing })).toEqual(
      new CommandError(`There is no file ${missing}. --file must be an order as JSON, or - for standard input.`, 2),
    );
    expect(problemOf({ file: fileOf("cut.json", '{"item":') })).toEqual(
      new CommandError(`${join(folder, "cut.json")} is not an order as JSON: Unexpected end of JSON input`, 2),
    );
    expect(problemOf({ file: folder })).toEqual(
      new CommandError(`${folder} is not an order as JSON: EISDIR: illegal operation on a directory, read`, 2),
    );
  });
});
