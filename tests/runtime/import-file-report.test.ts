import { describe, expect, it } from "vitest";
import { inMemoryImport, refusalOf, requestsOf } from "./in-memory-import";
import { header, rowsOf } from "./rows-of";

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

  it.each(["=1+1", "+1+1", "-1+1", "@SUM(A1)"])(
    "marks %s in it as text, which a spreadsheet would calculate",
    async (cell) => {
      const drop = inMemoryImport();
      await drop.run(`${header}ada,Pen,${cell}\n`);
      expect(drop.rejectedRows.get("incoming/orders.csv")).toContain(`\r\n2,quantity,'${cell},`);
    },
  );

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
      reason: "1 of 4 rows are invalid. Correct them and upload the file again.",
      acceptance: "all-or-nothing",
      accepted: 0,
      rejected: 1,
      orders: 0,
    });
  });

  it("sends all of a file that is right", async () => {
    expect(await requestsOf(rowsOf(3), { metadata })).toHaveLength(3);
  });

  it("must be asked for in words that mean it", async () => {
    expect(await refusalOf(rowsOf(1), { metadata: { acceptance: "all" } })).toEqual({
      result: "refused",
      error: "invalid_option",
      reason: 'The metadata acceptance is "all"; it may be partial or all-or-nothing.',
      sent: 0,
    });
  });
});
