import { stripVTControlCharacters } from "node:util";
import type { TraceRow } from "pulumi-local-host/trace-rows";
import { describe, expect, it } from "vitest";
import { drawWay } from "../../cli/traces/draw-way";
import { type WayOfOrder, wayAsJson } from "../../cli/traces/way-of-order";
import { anOrder, orderId } from "../runtime/an-order";

const traceId = "1-5759e988-bd862e3fe1be46a994272793";
const began = Date.parse("2026-11-21T09:00:00.000Z");

const row = (name: string, begins: number, duration: number | undefined, more: Partial<TraceRow> = {}): TraceRow => ({
  id: name,
  name,
  origin: undefined,
  start: began + begins,
  duration,
  depth: 0,
  status: "ok",
  annotations: {},
  ...more,
});

const way = (...rows: readonly TraceRow[]): WayOfOrder => ({ order: anOrder(), traceId, source: "trace", rows });

const drawn = (given: WayOfOrder, width: number): readonly string[] =>
  stripVTControlCharacters(drawWay(given, width)).split("\n");

describe("the picture of an order's way", () => {
  const rows = [
    row("orders-place-order-1a2b3c4", 0, 20),
    row("relay-order-events", 25, 5, { depth: 1 }),
    row("fulfil-order", 40, 60, { depth: 2, status: "fault" }),
  ];

  it("has a line for each hop, in columns, with a bar where it lies in the whole", () => {
    expect(drawn(way(...rows), 74)).toEqual([
      `${orderId}  PENDING  100 ms  trace ${traceId}`,
      "",
      "                             begins      takes",
      "orders-place-order             0 ms      20 ms  ━━━━━",
      "  relay-order-events          25 ms       5 ms        ━",
      "    fulfil-order (fault)      40 ms      60 ms            ━━━━━━━━━━━━━━━━",
    ]);
  });

  it.each([40, 60, 200])("fits into a terminal of %d characters", (width) => {
    for (const line of drawn(way(...rows), width).slice(2))
      expect(line.length).toBeLessThanOrEqual(Math.max(44, width));
  });

  it("draws what is under way to the end, and a moment as one mark", () => {
    const lines = drawn(way(row("a", 0, 0), row("b", 50, undefined, { status: "under way" }), row("c", 90, 10)), 80);
    expect(lines[3]).toMatch(/ 0 ms {2}━$/);
    expect(lines[4]).toMatch(/^b \(under way\) +50 ms +… +━+$/);
  });

  it("says when the log tells it", () => {
    expect(drawn({ ...way(row("order placed", 0, 12_345)), source: "log", traceId: undefined }, 90)[0]).toBe(
      `${orderId}  PENDING  12.3 s  from the log: its trace was not kept`,
    );
  });
});

describe("an order's way as JSON", () => {
  it("has times in milliseconds from the first begin", () => {
    const later = row("relay-order-events", 25.04, undefined, { depth: 1, status: "under way" });
    expect(wayAsJson(way(row("place-order", 0, 20.55, { origin: "AWS::Lambda" }), later))).toEqual({
      order_id: orderId,
      status: "PENDING",
      trace_id: traceId,
      source: "trace",
      began_at: "2026-11-21T09:00:00.000Z",
      duration_ms: 25,
      rows: [
        { name: "place-order", origin: "AWS::Lambda", begins_ms: 0, duration_ms: 20.6, depth: 0, status: "ok" },
        { name: "relay-order-events", begins_ms: 25, depth: 1, status: "under way" },
      ],
    });
  });
});
