import { describe, expect, it } from "vitest";
import type { FlowNode } from "../../src/console/flow/flow-parts";
import { plottedHour } from "../../src/console/metric-plots";
import { MetricStore } from "../../src/services/cloudwatch/metric-store";

const minute = 60_000;
const now = 1_000 * minute + 30_000;

const lambda = (name: string): { readonly node: FlowNode; readonly label: string } => ({
  node: { arn: `arn:${name}`, kind: "function", logical: name, name, ports: [] },
  label: `the ${name}`,
});

const hourOf = (
  names: readonly string[],
  record: (invoked: (name: string, count: number, at: number) => void) => void,
) => {
  const store = new MetricStore(() => now);
  record((name, value, at) =>
    store.record({ namespace: "AWS/Lambda", name: "Invocations", dimensions: { FunctionName: name } }, value, { at }),
  );
  const hour = plottedHour(store, names.map(lambda), now);
  return { ...hour, invocations: hour.plots.find(({ title }) => title === "Invocations a minute") };
};

describe("the plots of the last hour", () => {
  it("have a value for each minute, the one under way as the last", () => {
    const { times, invocations } = hourOf(["print"], (invoked) => {
      invoked("print", 2, now - 59 * minute);
      invoked("print", 3, now);
      invoked("print", 9, now - 60 * minute);
    });
    expect(times).toHaveLength(60);
    expect(times.at(-1)).toBe(1_000 * minute);
    const values = invocations?.series[0]?.values ?? [];
    expect([values[0], values[1], values.at(-1)]).toEqual([2, null, 3]);
  });

  it("show the six with most, and say how many there are", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g", "idle"];
    const { invocations } = hourOf(names, (invoked) => {
      for (const [index, name] of names.entries()) invoked(name, name === "idle" ? 0 : index + 1, now);
    });
    expect(invocations?.series.map(({ label }) => label)).toEqual([
      "the g",
      "the f",
      "the e",
      "the d",
      "the c",
      "the b",
    ]);
    expect(invocations?.of).toBe(7);
  });
});
