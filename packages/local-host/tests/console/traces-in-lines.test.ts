import { describe, expect, it } from "vitest";
import { tracesIn } from "../../src/console/traces-in-lines";

type Traces = Parameters<typeof tracesIn>[0];

const [job, batch, journey] = ["a", "b", "c"].map((digit) => `1-6903a9f2-${digit.repeat(24)}`) as [
  string,
  string,
  string,
];

const segment = (name: string, more: object = {}) => ({
  json: JSON.stringify({ id: name, name, start_time: 1, end_time: 2, ...more }),
});

/** A job that a batch has worked on, and a journey of two steps that it came from. */
const kept = new Map([
  [
    job,
    [
      segment("fire", {
        links: [
          { trace_id: batch, id: "batch" },
          { trace_id: journey, id: "load" },
        ],
      }),
    ],
  ],
  [batch, [segment("batch", { subsegments: [{ id: "i", name: "Initialization", start_time: 1, end_time: 1 }] })]],
  [journey, [segment("load"), segment("unload", { parent_id: "load" })]],
]);

const traces: Traces = {
  trace: (id) => {
    const documents = kept.get(id);
    // The console reads these alone of a kept trace.
    return documents === undefined ? undefined : ({ id, documents } as unknown as ReturnType<Traces["trace"]>);
  },
};

const line = (message: string) => ({ at: 0, group: "kiln", message });
const found = (text: string, ...messages: readonly string[]) =>
  tracesIn(traces, text, messages.map(line)).map(({ id }) => id);

describe("the traces that lines name", () => {
  it("are shown, those with most steps first", () => {
    expect(found("cup", `fired ${job}`, `loaded ${journey}`)).toEqual([journey, job]);
  });

  it("are shown without the invocation's own one step that they are linked to", () => {
    expect(found("cup", `fired ${job}`, `a batch ${batch}`)).toEqual([job]);
  });

  it("are shown whatever they are linked to where they have more than a step, or nothing else is linked to them", () => {
    expect(found("cup", `a batch ${batch}`)).toEqual([batch]);
    expect(found(`${batch}`, `fired ${job}`)).toEqual([batch, job]);
  });
});
