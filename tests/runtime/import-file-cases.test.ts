import { describe, expect, it } from "vitest";
import { inMemoryImport, type RunOptions, refusalOf, requestsOf } from "./in-memory-import";
import { header, rowsOf } from "./rows-of";

const desk = { customer_id: "CASE-1", items: [{ item: "Desk", quantity: 1 }] };

/** What the report says of a file: how many rows, and which were rejected why. */
const reportOn = async (content: string | Uint8Array, options?: RunOptions) => {
  const drop = inMemoryImport();
  await drop.run(content, options);
  const { rows, accepted, rejected, orders, rejected_rows } = drop.report();
  return { counts: { rows, accepted, rejected, orders }, rejected_rows, sent: drop.sent.map(({ data }) => data) };
};

const utf16 = (text: string, order: "le" | "be"): Buffer => {
  const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
  return order === "le" ? bytes : bytes.swap16();
};

describe("a quantity in a file", () => {
  it.each([
    ["comma", ","],
    ["semicolon", ";"],
    ["tab", "\t"],
  ])("is digits only, in cells that a %s separates", async (_, delimiter) => {
    const wrong = [
      "1.000",
      "2.500",
      "1,5",
      "10.000",
      "1'000",
      "1\u00a0000",
      "1e3",
      "+2",
      "0x10",
      "1.0",
      "٣",
      "½",
      "1_0",
    ];
    const lines = wrong.map((quantity) => ["CASE-1", "Screw", `"${quantity}"`].join(delimiter));
    const file = [["customer_id", "item", "quantity"].join(delimiter), ...lines].join("\r\n");
    const { counts, rejected_rows, sent } = await reportOn(file);
    expect(sent).toEqual([]);
    expect(counts).toEqual({ rows: wrong.length, accepted: 0, rejected: wrong.length, orders: 0 });
    expect(rejected_rows.map(({ field, value }) => [field, value])).toEqual(wrong.map((value) => ["quantity", value]));
    expect(rejected_rows.slice(0, 4).map(({ row, reason }) => [row, reason])).toEqual(
      ["1.000", "2.500", "1,5", "10.000"].map((value, index) => [
        index + 2,
        `must be a whole number from 1 to 10,000; it is "${value}": write digits only, without separators`,
      ]),
    );
  });

  it("is never rounded to a number that is allowed", async () => {
    const digits = `1${"0".repeat(400)}`;
    const { rejected_rows, sent } = await reportOn(`${header}ada,Pen,${digits}\nada,Pen,9999.9999999999999999\n`);
    expect(sent).toEqual([]);
    expect(rejected_rows.map(({ row }) => row)).toEqual([2, 3]);
  });

  it("may have zeros before it", async () => {
    expect(await requestsOf(`${header}CASE-1,Desk,001\n`)).toEqual([desk]);
  });

  it("that is too large for a number is called that", async () => {
    const { rejected_rows } = await reportOn('{"customer_id":"CASE-1","items":[{"item":"Desk","quantity":1e400}]}');
    expect(rejected_rows).toMatchObject([
      {
        field: "/items/0/quantity",
        reason: "must be a whole number from 1 to 10,000; it is too large a number",
      },
    ]);
  });
});

describe("a row of JSON that is nested thousands deep", () => {
  const deep = `{"customer_id":"CASE-1","items":[{"item":${"[".repeat(20_000)}1${"]".repeat(20_000)},"quantity":1}]}`;
  const good = ["OK1", "OK2"].map((name) => `{"customer_id":"${name}","items":[{"item":"Lamp","quantity":1}]}`);

  it.each([
    ["JSON Lines", [good[0], deep, good[1]].join("\n")],
    ["a JSON array", `[${[good[0], deep, good[1]].join(",\n")}]`],
  ])("is rejected alone in %s", async (_, content) => {
    const { counts, rejected_rows, sent } = await reportOn(content);
    expect(counts).toEqual({ rows: 3, accepted: 2, rejected: 1, orders: 2 });
    expect(sent.map(({ customer_id }) => customer_id)).toEqual(["OK1", "OK2"]);
    expect(rejected_rows).toEqual([
      {
        row: 2,
        error: "invalid_request",
        field: `/items/0/item${"/0".repeat(29)}`,
        value: deep.slice(0, 200),
        reason: "is nested deeper than 32 levels; an order has 3",
      },
    ]);
  });
});

describe("a quote in a CSV", () => {
  const fix = 'Close it in its row; double a quote that belongs to a quoted text ("").';

  it("that takes in other lines has each of them rejected, and names the row where it opens", async () => {
    const tsv =
      'customer_id\titem\tquantity\nCASE-1\t"Retro stand\t1\nCASE-2\tMouse\t2\nCASE-3\t"Oak lamp\t3\nCASE-4\tPen\t4\n';
    const { counts, rejected_rows, sent } = await reportOn(tsv);
    expect(counts).toEqual({ rows: 4, accepted: 1, rejected: 3, orders: 1 });
    expect(sent).toEqual([{ customer_id: "CASE-4", items: [{ item: "Pen", quantity: 4 }] }]);
    const reason = `the quote that opens in row 2, column item, closes before more text in row 4. ${fix}`;
    const value = "Retro stand\t1\nCASE-2\tMouse\t2\nCASE-3\t";
    expect(rejected_rows).toEqual([
      { row: 2, error: "invalid_request", field: "item", value, reason },
      { row: 3, error: "invalid_request", field: "", value: "", reason },
      { row: 4, error: "invalid_request", field: "", value: "", reason },
    ]);
  });

  it("that closes in another line has each line rejected as well: no cell of an order has a line break", async () => {
    const { counts, rejected_rows } = await reportOn(`${header}ada,"Pen,1\nbob,15",2\ncid,Ink,3\n`);
    expect(counts).toEqual({ rows: 3, accepted: 1, rejected: 2, orders: 1 });
    expect(rejected_rows.map(({ row }) => row)).toEqual([2, 3]);
    expect(rejected_rows[0]?.reason).toBe(`the quote that opens in row 2, column item, closes in row 3. ${fix}`);
  });

  it("that never closes has the file refused, and names the row where it opens", async () => {
    const tsv = 'customer_id\titem\tquantity\nCASE-1\t"15 inch stand\t1\nCASE-2\tMouse\t2\nCASE-3\tLamp\t3\n';
    expect(await refusalOf(tsv)).toEqual({
      result: "refused",
      error: "malformed_csv",
      reason: `The file is not valid CSV: the quote that opens in row 2, column item, is still open where the file ends. ${fix}`,
      sent: 0,
    });
  });

  it("before more text has its row rejected alone", async () => {
    const { counts, rejected_rows } = await reportOn(`${header}ada,"15" monitor,1\nbob,Ink,2\n`);
    expect(counts).toEqual({ rows: 2, accepted: 1, rejected: 1, orders: 1 });
    expect(rejected_rows).toMatchObject([{ row: 2, field: "item", value: "15" }]);
  });

  it("within a text that is not quoted is part of it", async () => {
    const items = (await requestsOf(`${header}CASE-1,15" monitor,1\nCASE-2,"Say ""hi"" sign",1\n`)).map(
      (request) => request.items[0]?.item,
    );
    expect(items).toEqual(['15" monitor', 'Say "hi" sign']);
  });
});

describe("a row that is too long", () => {
  it("is rejected alone in a CSV, as in JSON Lines", async () => {
    const { counts, rejected_rows } = await reportOn(`${header}CASE-1,${"x".repeat(70_000)},1\nCASE-2,Desk,1\n`);
    expect(counts).toEqual({ rows: 2, accepted: 1, rejected: 1, orders: 1 });
    expect(rejected_rows).toMatchObject([{ row: 2, error: "body_too_large" }]);
  });

  it("of blank cells is rejected as well", async () => {
    const { counts } = await reportOn(`${header}${",".repeat(70_000)}\nCASE-2,Desk,1\n`);
    expect(counts).toEqual({ rows: 2, accepted: 1, rejected: 1, orders: 1 });
  });

  it("is not a header", async () => {
    expect(await refusalOf(`customer_id,${"x".repeat(70_000)}\n`)).toMatchObject({ error: "malformed_csv", sent: 0 });
  });
});

describe("JSON that is neither JSON Lines nor an array of orders", () => {
  const mayBe = "A JSON file may be JSON Lines, with an order on each line, or one array of orders, [{...}, {...}]:";
  const pretty = `{\n  "customer_id": "CASE-1",\n  "items": [{ "item": "Desk", "quantity": 1 }]\n}\n`;
  const orders = Array.from({ length: 3_000 }, () => desk);

  it.each([
    [
      "an object on several lines",
      pretty,
      'the object that begins in row 1 goes on in row 2, at "\\"customer_id\\": \\"CASE-1\\",".',
    ],
    [
      "one after another, below a blank line",
      `\n${pretty}${pretty}`,
      'the object that begins in row 2 goes on in row 3, at "\\"customer_id\\": \\"CASE-1\\",".',
    ],
    [
      "a list in an object",
      JSON.stringify({ orders: [desk] }),
      'row 1 is an object with the orders in its field "orders".',
    ],
    [
      "a list in an object, behind another field",
      JSON.stringify({ count: 1, orders: [desk] }),
      'row 1 is an object with the orders in its field "orders".',
    ],
    [
      "a long list in an object",
      JSON.stringify({ orders }),
      'row 1 is an object with the orders in its field "orders".',
    ],
    [
      "a list in an object on several lines",
      JSON.stringify({ orders }, null, 2),
      'the object that begins in row 1 goes on in row 2, at "\\"orders\\": [".',
    ],
  ])("is refused once: %s", async (_, content, where) => {
    const reason = `${mayBe} ${where}`;
    for (const chunk of [1_000, 65_536]) {
      expect(await refusalOf(content, { chunk })).toEqual({
        result: "refused",
        error: "malformed_json",
        reason,
        sent: 0,
      });
    }
  });

  it("is not what begins with a broken row", async () => {
    const { counts } = await reportOn(`{"customer_id":"CASE-1","items":[{\n${JSON.stringify(desk)}\n`);
    expect(counts).toEqual({ rows: 2, accepted: 1, rejected: 1, orders: 1 });
  });

  it("is an array that another bracket closes", async () => {
    expect(await refusalOf(`[${JSON.stringify(desk)}}`)).toEqual({
      result: "refused",
      error: "malformed_json",
      reason: "The JSON array is broken: a } closes it in element 1, after 0 elements.",
      sent: 0,
    });
  });
});

describe("a folder that the console makes", () => {
  it("is ignored: there is no report", async () => {
    const drop = inMemoryImport();
    expect(await drop.run("", { name: "incoming/2026/" })).toEqual({ kind: "folder" });
    expect(drop.reports.size).toBe(0);
  });

  it("is not a file without a slash at its end, nor one with content", async () => {
    expect(await refusalOf("")).toMatchObject({ error: "empty_file" });
    expect(await requestsOf(rowsOf(1), { name: "incoming/2026/" })).toHaveLength(1);
  });
});

describe("a blank cell", () => {
  it("of the customer means as above on a following row of the same order", async () => {
    const csv =
      'customer_id,item,quantity,order_ref\nCASE-A,Mug - Blue,2,#9001\n,"Bowl, large",1,#9001\nCASE-B,Pen,1,#9002\n';
    expect(await requestsOf(csv)).toEqual([
      {
        customer_id: "CASE-A",
        items: [
          { item: "Mug - Blue", quantity: 2 },
          { item: "Bowl, large", quantity: 1 },
        ],
      },
      { customer_id: "CASE-B", items: [{ item: "Pen", quantity: 1 }] },
    ]);
  });

  it("of the customer is missing on the first row, and on a row of its own", async () => {
    const csv = "customer_id,item,quantity,order_ref\n,Mug,2,R\nada,Bowl,1,R\nada,Pen,1,\n,Ink,1,\n";
    const { counts, rejected_rows } = await reportOn(csv);
    expect(counts).toEqual({ rows: 4, accepted: 1, rejected: 3, orders: 1 });
    expect(rejected_rows.map(({ row, field }) => [row, field])).toEqual([
      [2, "customer_id"],
      [3, "customer_id"],
      [5, "customer_id"],
    ]);
  });
});

describe("the beginning of a CSV", () => {
  it.each([
    ["names its delimiter for Excel", "sep=;\r\ncustomer_id;item;quantity\r\nCASE-1;Desk;1\r\n"],
    ["names a delimiter that no header tells", "sep=|\ncustomer_id|item|quantity\nCASE-1|Desk|1\n"],
    ["is a blank line", "\r\ncustomer_id,item,quantity\nCASE-1,Desk,1\n"],
    ["is blank lines of a spreadsheet", ";;;\r\n\r\n;;;\r\ncustomer_id;item;quantity\r\nCASE-1;Desk;1\r\n"],
    ["has blank cells behind it", "customer_id;item;quantity;;\r\nCASE-1;Desk;1;;\r\n;;;;\r\n"],
    ["is a byte order mark", "\ufeffsep=;\ncustomer_id;item;quantity\nCASE-1;Desk;1\n"],
  ])("may be otherwise than a header: it %s", async (_, content) => {
    for (const chunk of [1, 7, 1_000]) expect(await requestsOf(content, { chunk })).toEqual([desk]);
  });

  it("is counted, so that rows are numbered as an editor shows them", async () => {
    const { rejected_rows } = await reportOn("\r\nsep=;\r\n\r\ncustomer_id;item;quantity\r\nCASE-1;Desk;0\r\n");
    expect(rejected_rows.map(({ row }) => row)).toEqual([5]);
  });
});

describe("the encoding of a file", () => {
  const windows = Buffer.concat([
    Buffer.from(`${header}CASE-1,Caf`),
    Buffer.from([0xe9]),
    Buffer.from(" table "),
    Buffer.from([0x80]),
    Buffer.from(",1\n"),
  ]);
  const cafe = { customer_id: "CASE-1", items: [{ item: "Café table €", quantity: 1 }] };
  const how =
    'Save it as CSV UTF-8, JSON Lines or JSON. Or name its encoding: in the object\'s metadata, as in "encoding: windows-1252", or with "orders import --encoding windows-1252".';

  it.each([
    ["UTF-16 of Excel's Unicode text", utf16("customer_id\titem\tquantity\r\nCASE-1\tDesk\t1\r\n", "le")],
    ["UTF-16, the high byte first", utf16("customer_id,item,quantity\r\nCASE-1,Desk,1\r\n", "be")],
    ["UTF-8 with a byte order mark", Buffer.from(`\ufeff${JSON.stringify(desk)}`)],
  ])("is told by its byte order mark: %s", async (_, content) => {
    for (const chunk of [1, 2, 3, 1_000]) expect(await requestsOf(content, { chunk })).toEqual([desk]);
  });

  it("can be named in the object's metadata", async () => {
    const metadata = { encoding: "windows-1252" };
    for (const chunk of [1, 50, 1_000]) expect(await requestsOf(windows, { chunk, metadata })).toEqual([cafe]);
    const sjis = Buffer.concat([Buffer.from(`${header}CASE-1,`), Buffer.from([0x82, 0xa0]), Buffer.from(",1\n")]);
    const [order] = await requestsOf(sjis, { chunk: 1, metadata: { encoding: "Shift_JIS" } });
    expect(order?.items).toEqual([{ item: "あ", quantity: 1 }]);
  });

  it.each([
    ["CSV", windows, "row 2, column item", "the byte 0xE9"],
    ["a header", Buffer.from("customer_id,item,quantit\xe9\n", "latin1"), "row 1, column 3", "the byte 0xE9"],
    [
      "JSON Lines",
      Buffer.from(`${JSON.stringify(desk)}\n{"customer_id":"\xe9"}\n`, "latin1"),
      "row 2, column 17",
      "the byte 0xE9",
    ],
    [
      "an array",
      Buffer.from(`[${JSON.stringify(desk)},{"customer_id":"\xe9"}]`, "latin1"),
      "element 2, character 17",
      "the byte 0xE9",
    ],
    ["the first byte", Buffer.from([0xe9, 0x41, 0x42, 0x43]), "row 1, column 1", "the byte 0xE9"],
    ["half a character", Buffer.from(`${header}ada,Blü`).subarray(0, -1), "row 2, column item", "the byte 0xC3"],
  ])("is UTF-8 else, and a refusal names the place: %s", async (_, content, place, byte) => {
    for (const chunk of [1, 3, 1_000]) {
      expect(await refusalOf(content, { chunk })).toEqual({
        result: "refused",
        error: "unsupported_encoding",
        reason: `The file is not UTF-8: in ${place} there is ${byte}. ${how}`,
        sent: 0,
      });
    }
  });

  it.each(["klingon", "", "iso-2022-jp"])("is not %j", async (encoding) => {
    const { error, reason } = await refusalOf(rowsOf(1), { metadata: { encoding } });
    expect(error).toBe("invalid_option");
    expect(reason).toContain(`The metadata encoding is "${encoding}"; it may be utf-8,`);
  });
});

describe("text with nothing visible", () => {
  it.each(["\u200b", "\u2060 ", "\u3164", "\u00ad", "\u2800", "\u202e", "\ufe0f", "\u{e0020}"])(
    "is refused: %j",
    async (blank) => {
      const { sent, rejected_rows } = await reportOn(
        [
          { customer_id: blank, item: "Desk", quantity: 1 },
          { customer_id: "ada", item: blank, quantity: 1 },
        ]
          .map((order) => JSON.stringify(order))
          .join("\n"),
      );
      expect(sent).toEqual([]);
      expect(rejected_rows.map(({ field }) => field)).toEqual(["/customer_id", "/item"]);
    },
  );

  it("is not text with something visible beside it", async () => {
    const item = "👩\u200d🔧 set";
    const [order] = await requestsOf(JSON.stringify({ customer_id: "ada", item, quantity: 1 }));
    expect(order?.items).toEqual([{ item, quantity: 1 }]);
  });
});
