import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { measureWork } from "../../planning/cost/measure-work";
import { readWorkCounts, type WorkCounts } from "../../planning/cost/work-counts";
import { stackGraph } from "../support/stack-graph";
import { type StartedHost, startedHost } from "../support/started-host";

let started: StartedHost;
let counted: WorkCounts;

beforeAll(async () => {
  started = await startedHost();
  counted = await measureWork(started.host, await stackGraph("dev"), 4);
});

afterAll(() => started.end());

describe("the counts that the bill is made from are those of a run of the pipeline", () => {
  const committed = readWorkCounts();

  it.each(["order", "read", "reconciliation"] as const)("for one %s", (work) => {
    expect(counted[work].exact).toEqual(committed[work].exact);
  });

  it("and what differs from run to run is of the same size", () => {
    const { logBytes, storedBytes, eventBytes } = committed.order.measured;
    expect(Math.abs(counted.order.measured.storedBytes / storedBytes - 1)).toBeLessThan(0.05);
    expect(Math.abs(counted.order.measured.eventBytes / eventBytes - 1)).toBeLessThan(0.05);
    expect(Math.abs(counted.order.measured.logBytes / logBytes - 1)).toBeLessThan(0.25);
  });
});
