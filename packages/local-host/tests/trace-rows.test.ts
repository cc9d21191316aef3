import { describe, expect, it } from "vitest";
import { traceRows } from "../src/services/xray/trace-rows";

const document = (id: string, parent_id: string | undefined, start: number, more: object = {}): string =>
  JSON.stringify({ id, name: id, trace_id: "1-2", parent_id, start_time: start, end_time: start + 1, ...more });

/** `depth name`, in the sequence of the rows. */
const drawn = (...documents: readonly string[]): readonly string[] =>
  traceRows(documents).map(({ name, depth }) => `${depth} ${name}`);

describe("the rows of a trace", () => {
  it("stand below what caused them, in the sequence of time, whatever the sequence of the documents", () => {
    expect(
      drawn(
        document("resize", "upload", 30),
        document("notify", "resize", 32),
        document("index", "upload", 31),
        document("upload", undefined, 10),
      ),
    ).toEqual(["0 upload", "1 resize", "2 notify", "1 index"]);
  });

  it("have the subsegments within a segment and those that were sent alone", () => {
    const within = { subsegments: [{ id: "put", name: "put", start_time: 11, end_time: 12 }] };
    expect(
      drawn(document("upload", undefined, 10, within), document("stored", "put", 13, { type: "subsegment" })),
    ).toEqual(["0 upload", "1 put", "2 stored"]);
  });

  it("make one of the two segments that Lambda sends of an invocation", () => {
    const service = document("service", "caller", 10, { name: "resize", origin: "AWS::Lambda" });
    const within = { name: "resize", origin: "AWS::Lambda::Function", start_time: 10.2 };
    const rows = traceRows([service, document("function", "service", 10, within), document("own", "function", 11)]);
    expect(rows.map(({ id, depth }) => [id, depth])).toEqual([
      ["service", 0],
      ["own", 1],
    ]);
    expect(rows[0]).toMatchObject({ name: "resize", start: 10_000, duration: 1_000 });
  });

  it("begin anew where the cause is not in the trace, and lose nothing in a circle", () => {
    expect(drawn(document("one", "elsewhere", 10), document("two", "three", 11), document("three", "two", 12))).toEqual(
      ["0 one", "0 two", "1 three"],
    );
  });

  it("say how each ended", () => {
    const rows = traceRows([
      document("a", undefined, 1),
      document("b", undefined, 2, { error: true }),
      document("c", undefined, 3, { error: true, throttle: true }),
      document("d", undefined, 4, { fault: true }),
      document("e", undefined, 5, { end_time: undefined, in_progress: true, annotations: { photo_id: "p", bad: {} } }),
    ]);
    expect(rows.map(({ status }) => status)).toEqual(["ok", "error", "throttled", "fault", "under way"]);
    expect(rows[4]).toMatchObject({ duration: undefined, annotations: { photo_id: "p" } });
  });

  it("are none without documents", () => {
    expect(traceRows([])).toEqual([]);
  });
});
