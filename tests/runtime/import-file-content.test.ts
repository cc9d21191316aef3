import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inMemoryImport, refusalOf, requestsOf } from "./in-memory-import";
import { header } from "./rows-of";

const penAndInk = [
  { customer_id: "ada", items: [{ item: "Pen", quantity: 2 }] },
  { customer_id: "bob", items: [{ item: "Ink", quantity: 1 }], payment_method: "tok_visa" },
];

describe("a file of orders", () => {
  it.each([
    ["CSV", "customer_id,item,quantity,payment_method\nada,Pen,2,\nbob,Ink,1,tok_visa\n"],
    [
      "CSV with its columns in another order",
      "payment_method,quantity,item,customer_id\n,2,Pen,ada\ntok_visa,1,Ink,bob",
    ],
    [
      "CSV as a spreadsheet writes it",
      "\ufeffCustomer ID;Item;Quantity;Payment Method\r\nada;Pen;2;\r\n\r\nbob;Ink;1;tok_visa\r\n;;;\r\n",
    ],
    ["CSV with tabs", "customer_id\titem\tquantity\tpayment_method\nada\tPen\t2\t\nbob\tInk\t1\ttok_visa"],
    ["CSV with quotes", '"customer_id","item","quantity","payment_method"\n"ada","Pen","2",""\nbob,"Ink",1,tok_visa'],
    [
      "CSV with columns without a name",
      "customer_id,item,quantity,payment_method,,\nada,Pen,2,,,\nbob,Ink,1,tok_visa,,\n",
    ],
    [
      "JSON Lines",
      '{"customer_id":"ada","item":"Pen","quantity":2}\n\n{"customer_id":"bob","item":"Ink","quantity":1,"payment_method":"tok_visa"}',
    ],
    [
      "JSON",
      '\ufeff [{"customer_id":"ada","item":"Pen","quantity":2},\n{"customer_id":"bob","items":[{"item":"Ink","quantity":1}],"payment_method":"tok_visa"}]\n',
    ],
  ])("is read as %s", async (_, content) => {
    expect(await requestsOf(content)).toEqual(penAndInk);
  });

  it("gives the same orders however its bytes are cut", async () => {
    const files = [
      'customer_id,item,quantity\r\nada,"Péncil, ""2B""\r\nblunt",2\r\nbob,Ink 🖋,1\r\n',
      '{"customer_id":"ada","item":"P\\"é\\\\","quantity":2}\r\n{"customer_id":"bob","item":"Ink 🖋","quantity":1}',
      '[ {"customer_id":"ada","item":"P]\\"é\\\\","quantity":2} ,{"customer_id":"bob","items":[{"item":"Ink 🖋","quantity":1}]}]',
    ];
    for (const file of files) {
      const whole = await requestsOf(file);
      expect(whole).toHaveLength(file.startsWith("customer_id") ? 1 : 2);
      for (let chunk = 1; chunk < 12; chunk += 1) expect(await requestsOf(file, { chunk })).toEqual(whole);
    }
  });

  it("keeps any text that the API takes, in every format", async () => {
    const item = fc.stringMatching(/^[!-~äß🖋;,"'\\[\]{}]{1,40}$/u).filter((text) => text.trim() === text);
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 64 }),
        async (items, chunk) => {
          const orders = items.map((each) => ({ customer_id: "ada", item: each, quantity: 1 }));
          const expected = items.map((each) => ({ customer_id: "ada", items: [{ item: each, quantity: 1 }] }));
          const quoted = orders.map((order) => `ada,"${order.item.replaceAll('"', '""')}",1\n`).join("");
          expect(await requestsOf(header + quoted, { chunk })).toEqual(expected);
          expect(await requestsOf(JSON.stringify(orders), { chunk })).toEqual(expected);
          expect(await requestsOf(orders.map((order) => JSON.stringify(order)).join("\n"), { chunk })).toEqual(
            expected,
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it("makes one order of the rows with the same order_ref, wherever they stand", async () => {
    const csv =
      "order_ref,customer_id,item,quantity,payment_method\nA,ada,Pen,1,tok_visa\nB,bob,Ink,2,\n,ada,Cap,3,\nA,ada,Nib,4,\nA,ada,Pad,5,tok_visa\n";
    expect(await requestsOf(csv)).toEqual([
      { customer_id: "bob", items: [{ item: "Ink", quantity: 2 }] },
      { customer_id: "ada", items: [{ item: "Cap", quantity: 3 }] },
      {
        customer_id: "ada",
        payment_method: "tok_visa",
        items: [
          { item: "Pen", quantity: 1 },
          { item: "Nib", quantity: 4 },
          { item: "Pad", quantity: 5 },
        ],
      },
    ]);
  });

  it("is refused when too many rows wait for the rest of their orders, before anything is sent", async () => {
    const wide = "x".repeat(20_000);
    const row = (index: number) => `ada,${wide},1,order-${index}\n`;
    const scattered = Array.from({ length: 450 }, (_, index) => row(index)).join("");
    const answer = await refusalOf(`customer_id,item,quantity,order_ref\n${scattered}${scattered}`);
    expect(answer).toMatchObject({ result: "refused", error: "scattered_order", sent: 0 });
    expect(answer.reason).toMatch(/Sort the file by order_ref\.$/);
  });

  it.each<readonly [string, string | Uint8Array, string, string]>([
    ["is empty", "", "empty_file", "There is no order in the file."],
    ["has a header only", header, "empty_file", "There is no order in the file."],
    ["is an empty array", " [ ] ", "empty_file", "There is no order in the file."],
    [
      "is in Windows-1252",
      Buffer.from(`${header}ada,Bl\xfcte,1\n`, "latin1"),
      "unsupported_encoding",
      "The file is not UTF-8",
    ],
    [
      "ends in half a character",
      Buffer.from(`${header}ada,Blü`).subarray(0, -1),
      "unsupported_encoding",
      "The file is not UTF-8",
    ],
    [
      "is in UTF-16 that does not say so",
      Buffer.from(header, "utf16le"),
      "unsupported_type",
      'The file is not text. Save it as CSV UTF-8, JSON Lines or JSON. UTF-16 needs a byte order mark, or the metadata "encoding: utf-16le".',
    ],
    [
      "is a workbook",
      "PK\u0003\u0004 and more",
      "unsupported_type",
      "The file is a ZIP archive or an Excel workbook (.xlsx)",
    ],
    ["is binary", "customer_id\u0000", "unsupported_type", "The file is not text."],
    [
      "has an open quote",
      `${header}ada,"Pen,1\nbob,Ink,1\n`,
      "malformed_csv",
      "The file is not valid CSV: the quote that opens in row 2, column item, is still open where the file ends.",
    ],
    [
      "lacks a column",
      "customer_id,item\nada,Pen\n",
      "missing_column",
      'The header "customer_id item" does not name quantity.',
    ],
    [
      "has no header",
      "ada,Pen,1\n",
      "missing_column",
      'The header "ada Pen 1" does not name customer_id, item, quantity.',
    ],
    [
      "has a column nobody knows",
      "customer_id,item,quantity,price\nada,Pen,1,9\n",
      "unknown_column",
      'The header names "price", which is not a column.',
    ],
    [
      "names a column twice",
      "customer_id,item,quantity,Item\nada,Pen,1,Ink\n",
      "unknown_column",
      "The header names item twice.",
    ],
    [
      "is an array that does not end",
      '[{"customer_id":"ada","item":"Pen","quantity":1}',
      "malformed_json",
      "The JSON array is broken: it ends before its closing bracket, after 0 elements.",
    ],
    [
      "is an array with a gap",
      '[{"a":1},,{"a":2}]',
      "malformed_json",
      "The JSON array is broken: element 2 is missing, after 1 elements.",
    ],
    [
      "goes on after its array",
      "[1] x",
      "malformed_json",
      'The JSON array is broken: there is "x" outside of it, after 1 elements.',
    ],
  ])("is refused as a whole when it %s", async (_, content, error, reason) => {
    const answer = await refusalOf(content);
    expect(answer).toMatchObject({ result: "refused", error, sent: 0 });
    expect(answer.reason).toContain(reason);
  });

  it("is refused without being read when it is too large", async () => {
    expect(await refusalOf("", { bytes: 128 * 1024 * 1024 + 1 })).toEqual({
      result: "refused",
      error: "file_too_large",
      reason: "The file has 134217729 bytes; it may have 134217728 bytes and 500000 rows. Split it.",
      sent: 0,
    });
  });

  it("is refused when it has more rows than one import takes", async () => {
    expect(await refusalOf("{\n".repeat(500_001))).toMatchObject({ error: "file_too_large", sent: 0 });
  });

  it("is gone when nobody can open it", async () => {
    const drop = inMemoryImport();
    const files = { ...drop.ports.files, open: async () => undefined };
    expect(await inMemoryImport({ files }).run("")).toEqual({ kind: "gone" });
    expect(drop.reports.size).toBe(0);
  });
});
