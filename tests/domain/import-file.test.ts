import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ServiceUnavailable } from "../../runtime/ports/service-unavailable";
import { inMemoryImport, type RunOptions } from "./in-memory-import";

const header = "customer_id,item,quantity\n";
const rowsOf = (count: number) =>
  header + Array.from({ length: count }, (_, index) => `ada,Item ${index},1\n`).join("");

/** The requests that a file sends to the inbox. */
const requestsOf = async (content: string | Uint8Array, options?: RunOptions) => {
  const drop = inMemoryImport();
  await drop.run(content, options);
  return drop.sent.map(({ data }) => data);
};

const refusalOf = async (content: string | Uint8Array, options?: RunOptions) => {
  const drop = inMemoryImport();
  await drop.run(content, options);
  const { result, error, reason } = drop.report();
  return { result, error, reason, sent: drop.sent.length };
};

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
    ["CSV with quotes", '"customer_id","item","quantity","payment_method"\n"ada","Pen","2",""\nbob,"Ink",1.0,tok_visa'],
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
    ["is in UTF-16", Buffer.from(`\ufeff${header}`, "utf16le"), "unsupported_encoding", "The file is in UTF-16."],
    [
      "is a workbook",
      "PK\u0003\u0004 and more",
      "unsupported_type",
      "The file is a ZIP archive or an Excel workbook (.xlsx)",
    ],
    ["is binary", "customer_id\u0000", "unsupported_type", "The file is no text."],
    [
      "has an open quote",
      `${header}ada,"Pen,1\nbob,Ink,1\n`,
      "malformed_csv",
      "The file is no proper CSV: Quote Not Closed",
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
      'The header names "price", which is no column.',
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
      "The JSON array is broken: nothing stands where element 2 should, after 1 elements.",
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

describe("the report on a file", () => {
  const mixed =
    "customer_id,item,quantity,order_ref\nada,Pen,1,\nada,Pen,0,\nbob,Ink,1,R\nbob,,1,R\nada,Cap,1,S\nbob,Cap,1,S\nada,Pen,1,,more\n";

  it("names row, field, value and reason of what was rejected, and sends the rest", async () => {
    const drop = inMemoryImport();
    await drop.run(mixed);
    expect(drop.report()).toEqual({
      file: "incoming/orders.csv",
      version_id: "version-1",
      result: "imported_in_part",
      acceptance: "partial",
      format: "csv",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      rows: 7,
      accepted: 1,
      rejected: 6,
      orders: 1,
      bytes: mixed.length,
      started_at: "2026-11-21T09:00:00.000Z",
      finished_at: "2026-11-21T09:00:00.000Z",
      duration_ms: 0,
      rejected_rows: [
        {
          row: 3,
          error: "invalid_request",
          field: "quantity",
          value: "0",
          reason: "must be a whole number from 1 to 10,000; it is 0",
        },
        {
          row: 4,
          error: "invalid_request",
          field: "order_ref",
          value: "R",
          reason: "belongs to the same order as row 5, which is wrong",
        },
        {
          row: 5,
          error: "invalid_request",
          field: "item",
          value: "",
          reason: "must be text of 1 to 200 printable characters; it is missing",
        },
        {
          row: 6,
          error: "invalid_request",
          field: "order_ref",
          value: "S",
          reason: "belongs to the same order as row 7, which is wrong",
        },
        {
          row: 7,
          error: "invalid_request",
          field: "customer_id",
          value: "bob",
          reason: "differs from the first row of the same order_ref",
        },
        {
          row: 8,
          error: "invalid_request",
          field: "",
          value: "more",
          reason: "the row has more cells than the header's 4",
        },
      ],
    });
    expect(drop.sent.map(({ data }) => data.items)).toEqual([[{ item: "Pen", quantity: 1 }]]);
  });

  it("has all rejected rows in a CSV beside it, safe to open in a spreadsheet", async () => {
    const drop = inMemoryImport();
    await drop.run(`${header}ada,Pen,-1\nada,Pen,"=1+1"\nada,"a,""b",9 9\n`);
    expect(drop.rejectedRows.get("incoming/orders.csv")).toBe(
      [
        "row,field,value,reason",
        '2,quantity,-1,"must be a whole number from 1 to 10,000; it is -1"',
        `3,quantity,'=1+1,"must be a whole number from 1 to 10,000; it is ""=1+1"""`,
        '4,quantity,9 9,"must be a whole number from 1 to 10,000; it is ""9 9"""',
        "",
      ].join("\r\n"),
    );
  });

  it("has no CSV of rejected rows when there are none", async () => {
    const drop = inMemoryImport();
    await drop.run(rowsOf(3));
    expect(drop.report()).toMatchObject({ result: "imported", rows: 3, accepted: 3, rejected: 0, orders: 3 });
    expect(drop.rejectedRows.size).toBe(0);
  });

  it("says of JSON where in the order it is wrong", async () => {
    const drop = inMemoryImport();
    const large = JSON.stringify({ customer_id: "ada", item: "x".repeat(70_000), quantity: 1 });
    await drop.run(
      `{"customer_id":"ada","items":[{"item":"Pen","quantity":1.5}]}\n{oops\n${large}\n{"item":"Pen","quantity":1}`,
    );
    expect(drop.report().rejected_rows.map(({ row, error, field, value }) => [row, error, field, value])).toEqual([
      [1, "invalid_request", "/items/0/quantity", "1.5"],
      [2, "malformed_json", "", "{oops"],
      [3, "body_too_large", "", ""],
      [4, "invalid_request", "/customer_id", ""],
    ]);
  });

  it("shows a thousand wrong fields and keeps the others for the CSV", async () => {
    const drop = inMemoryImport();
    await drop.run(header + "ada,Pen,0\n".repeat(1_500));
    expect(drop.report()).toMatchObject({ result: "refused", error: "rows_rejected", rejected: 1_500, orders: 0 });
    expect(drop.report().rejected_rows).toHaveLength(1_000);
    expect(drop.rejectedRows.get("incoming/orders.csv")?.split("\r\n")).toHaveLength(1_502);
  });
});

describe("all or nothing", () => {
  const metadata = { acceptance: "all-or-nothing" };

  it("sends nothing of a file with one wrong row", async () => {
    const drop = inMemoryImport();
    await drop.run(`${rowsOf(3)}ada,Pen,0\n`, { metadata });
    expect(drop.sent).toEqual([]);
    expect(drop.report()).toMatchObject({
      result: "refused",
      error: "rows_rejected",
      reason: "1 of 4 rows are wrong. Mend them and upload the file again.",
      acceptance: "all-or-nothing",
      accepted: 0,
      rejected: 1,
      orders: 0,
    });
  });

  it("sends all of a file that is right", async () => {
    expect(await requestsOf(rowsOf(3), { metadata })).toHaveLength(3);
  });

  it("has to be asked for in words that mean it", async () => {
    expect(await refusalOf(rowsOf(1), { metadata: { acceptance: "all" } })).toEqual({
      result: "refused",
      error: "invalid_option",
      reason: 'The metadata acceptance is "all"; it may be partial or all-or-nothing.',
      sent: 0,
    });
  });
});

describe("the same upload twice", () => {
  const idsOf = async (content: string, options: RunOptions = {}) => {
    const drop = inMemoryImport();
    await drop.run(content, options);
    return drop.sent.map(({ id }) => id);
  };

  it("sends its orders under the same keys, whatever the file is called", async () => {
    const ids = await idsOf(rowsOf(3), { name: "incoming/monday.csv" });
    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toMatch(/^[0-9a-f]{32}:row-2$/);
    expect(await idsOf(rowsOf(3), { name: "incoming/again.csv" })).toEqual(ids);
  });

  it("is another upload when a byte differs, or when whoever uploads it says so", async () => {
    const [id] = await idsOf(rowsOf(1));
    expect(await idsOf(rowsOf(1).replace("Item 0", "Item 9"))).not.toContain(id);
    expect(await idsOf(rowsOf(1), { metadata: { "import-id": "week 47" } })).not.toContain(id);
  });

  it("is the same upload with other content, when whoever uploads it says so", async () => {
    const metadata = { "import-id": "week 47" };
    const [id] = await idsOf(rowsOf(1), { metadata });
    expect(await idsOf(rowsOf(1).replace("Item 0", "Item 9"), { metadata })).toEqual([id]);
  });

  it("sends everything again after it was finished, so that an upload mends what was lost", async () => {
    const drop = inMemoryImport();
    await drop.run(rowsOf(3));
    await drop.run(rowsOf(3));
    expect(drop.sent).toHaveLength(6);
  });
});

describe("an import that is interrupted", () => {
  it("goes on after the orders that are in the inbox for sure, and loses none", async () => {
    const drop = inMemoryImport();
    const failing = inMemoryImport({
      progress: drop.ports.progress,
      inbox: {
        send: async (orders) => {
          if (drop.sent.length >= 5_400) throw new ServiceUnavailable("the inbox is down");
          drop.sent.push(...orders);
        },
      },
    });
    await expect(failing.run(rowsOf(9_000))).rejects.toThrow("the inbox is down");
    expect([...drop.progress.values()]).toEqual([{ sent: 5_000, finished: false }]);
    expect(failing.reports.size).toBe(0);

    await drop.run(rowsOf(9_000));
    const ids = drop.sent.map(({ id }) => id);
    expect(new Set(ids).size).toBe(9_000);
    // Those between the last note of the progress and the failure.
    expect(ids).toHaveLength(9_400);
    expect(drop.report()).toMatchObject({ result: "imported", accepted: 9_000, orders: 9_000 });
    expect([...drop.progress.values()]).toEqual([{ sent: 9_000, finished: true }]);
  });

  it("pauses before its time is up and goes on where it was, sending nothing twice", async () => {
    let calls = 0;
    const drop = inMemoryImport({ timeLeft: () => (++calls === 3 ? 14_000 : 300_000) });
    expect(await drop.run(rowsOf(1_000))).toEqual({ kind: "paused" });
    expect(drop.reports.size).toBe(0);
    expect(drop.sent).toHaveLength(600);
    expect(await drop.run(rowsOf(1_000))).toMatchObject({ kind: "reported", report: { result: "imported" } });
    expect(new Set(drop.sent.map(({ id }) => id)).size).toBe(1_000);
    expect(drop.sent).toHaveLength(1_000);
  });
});
