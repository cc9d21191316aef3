import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readOrderMessage } from "../../runtime/inbox/order-message";
import { placeOrderRoute } from "../../runtime/order-api/place-order-handler";
import { freshOrderId } from "../../runtime/orders/order-id";
import { maxOrderBytes } from "../../runtime/orders/order-text";
import { maxJsonDepth, parseJson } from "../../runtime/values/json";
import { callRoute } from "./call-route";
import { captureLog } from "./captured-log";
import { inMemoryImport } from "./in-memory-import";
import { inMemoryOrders } from "./in-memory-orders";

const log = captureLog();
const seed = 20_261_126;

const names = ["customer_id", "items", "item", "quantity", "payment_method", "type", "id", "data", "detail", "Message"];

/** JSON text of any value: with the fields of orders and events, nested thousands deep, with numbers of any size. */
const { value: json } = fc.letrec<{ value: string; leaf: string; deep: string }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom(
      "1e400",
      "-1e400",
      "1",
      "1.5",
      "0",
      "null",
      "true",
      '"OrderCreated"',
      '"Notification"',
      '""',
      "1e-400",
    ),
    fc.json({ maxDepth: 2 }),
  ),
  deep: fc
    .tuple(fc.constantFrom(["[", "]"], ['{"items":', "}"], ['{"data":[', "]}"]), fc.integer({ min: 1, max: 8_000 }))
    .map(([[open, close], levels]) => `${open?.repeat(levels)}1${close?.repeat(levels)}`),
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    tie("leaf"),
    tie("deep"),
    fc.array(tie("value"), { maxLength: 4 }).map((values) => `[${values.join(",")}]`),
    fc
      .array(fc.tuple(fc.constantFrom(...names), tie("value")), { maxLength: 5 })
      .map((fields) => `{${fields.map(([name, value]) => `"${name}":${value}`).join(",")}}`),
    fc.integer({ min: 1, max: 3 * maxOrderBytes }).map((length) => `{"item":"${"x".repeat(length)}"}`),
  ),
}));

describe("any JSON value", () => {
  it("in a message is an order, or rejected with a reason", () => {
    fc.assert(
      fc.property(json, fc.boolean(), (text, enveloped) => {
        const envelope = { Type: "Notification", TopicArn: "arn:aws:sns:eu-west-1:123456789012:t", Message: text };
        const body = enveloped ? JSON.stringify(envelope) : text;
        const read = readOrderMessage({ id: "m-1", body, attributes: {} });
        if (read.kind === "rejected") expect(read.detail).not.toBe("");
        else expect(read.request.items.length).toBeGreaterThan(0);
      }),
      { numRuns: 100, seed },
    );
  });

  it("in a body is answered, never with 500", async () => {
    const ports = { orders: inMemoryOrders(), clock: { now: () => new Date(0) }, freshOrderId };
    await fc.assert(
      fc.asyncProperty(json, async (body) => {
        const { status, json: answer } = await callRoute(placeOrderRoute(ports), { routeKey: "POST /orders", body });
        expect([201, 400, 413]).toContain(status);
        if (status !== 201) expect(answer).toMatchObject({ error: expect.any(String), detail: expect.any(String) });
      }),
      { numRuns: 100, seed },
    );
    expect(log.lines().filter((line) => Object(line).level === "error")).toEqual([]);
  });

  it.each([
    ["line", (rows: readonly string[]) => rows.map((row) => `${row}\n`).join("")],
    ["element", (rows: readonly string[]) => `[${rows.join(",")}]`],
  ])("in a %s of a file is an order, or a rejected row with a reason, and takes no other with it", async (_, write) => {
    const good = JSON.stringify({ customer_id: "ada", item: "Pen", quantity: 1 });
    await fc.assert(
      fc.asyncProperty(json, fc.integer({ min: 1_000, max: 70_000 }), async (row, chunk) => {
        const drop = inMemoryImport();
        await drop.run(write([good, row, good]), { chunk });
        const { rows, accepted, rejected, rejected_rows } = drop.report();
        expect(rows).toBe(3);
        expect(accepted + rejected).toBe(3);
        expect(accepted).toBeGreaterThanOrEqual(2);
        for (const { row: at, reason } of rejected_rows) {
          expect(at).toBe(2);
          expect(reason).not.toBe("");
        }
      }),
      { numRuns: 50, seed },
    );
  });

  it("alone in a file is imported, or refused with a reason", async () => {
    await fc.assert(
      fc.asyncProperty(json, async (content) => {
        const drop = inMemoryImport();
        await drop.run(content);
        const { result, reason } = drop.report();
        if (result === "refused") expect(reason).toBeTruthy();
        else expect(drop.sent.length).toBeGreaterThan(0);
      }),
      { numRuns: 50, seed },
    );
  });
});

describe("the depth of JSON", () => {
  const nested = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;

  it("is bounded, however deep it is", () => {
    expect(parseJson(nested(maxJsonDepth))).toMatchObject({ kind: "json" });
    const pointer = "/0".repeat(maxJsonDepth);
    expect(parseJson(nested(maxJsonDepth + 1))).toEqual({ kind: "too-deep", pointer });
    expect(parseJson(nested(200_000))).toEqual({ kind: "too-deep", pointer });
  });

  it("is pointed at where it lies behind what is not deep", () => {
    const text = `{"a":[1,{"b/c":${nested(maxJsonDepth)}}]}`;
    expect(parseJson(text)).toEqual({ kind: "too-deep", pointer: `/a/1/b~1c${"/0".repeat(maxJsonDepth - 3)}` });
  });
});
