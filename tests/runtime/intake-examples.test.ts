import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inMemoryImport } from "./in-memory-import";

const page = readFileSync(join(__dirname, "../../docs/intake.md"), "utf8");

/** The examples of a section of docs/intake.md, which a file may be. */
const examplesIn = (heading: string): readonly string[] => {
  const [, section = ""] = page.split(`# ${heading}\n`);
  const [own = ""] = section.split(/^#+ /m);
  return [...own.matchAll(/^```(?:csv|json)\n(.*?)^```$/gms)].map(([, example = ""]) => example);
};

const line = (item: string, quantity: number) => ({ item, quantity });

describe("the examples of files in docs/intake.md", () => {
  it.each([
    [
      "A file",
      [
        [
          { customer_id: "CUST-001", items: [line("Laptop", 1), line("Mouse", 2)], payment_method: "tok_1" },
          { customer_id: "CUST-002", items: [line("Desk, oak", 1)] },
        ],
      ],
    ],
    [
      "From Excel",
      [
        [
          { customer_id: "CUST-001", items: [line("Desk, oak", 2), line('15" monitor', 1)] },
          { customer_id: "CUST-002", items: [line("Lamp", 10)] },
        ],
      ],
    ],
    [
      "From a shop",
      [
        [
          {
            customer_id: "ada@example.com",
            items: [line("Mug - Blue", 2), line("Bowl, large", 1)],
            payment_method: "tok_visa",
          },
          { customer_id: "bob@example.com", items: [line("Pen", 1)] },
        ],
      ],
    ],
    [
      "From a database",
      [
        [
          { customer_id: "CUST-001", items: [line("Desk, oak", 2)] },
          { customer_id: "CUST-002", items: [line('Say "hi" sign', 1)] },
        ],
        [
          { customer_id: "CUST-001", items: [line("Desk, oak", 2)] },
          { customer_id: "CUST-002", items: [line("Lamp", 1)], payment_method: "tok_1" },
        ],
      ],
    ],
  ])("are imported whole: %s", async (heading, expected) => {
    const imported = [];
    for (const example of examplesIn(heading)) {
      const drop = inMemoryImport();
      await drop.run(example);
      expect(drop.report()).toMatchObject({ result: "imported", rejected: 0 });
      imported.push(drop.sent.map(({ data }) => data));
    }
    expect(imported).toEqual(expected);
  });
});
