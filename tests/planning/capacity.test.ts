import { existsSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { capacityDocument, generateCapacityDocument } from "../../planning/capacity/capacity-document";
import { capacityProgram } from "../../planning/capacity/capacity-program";
import { type DeclaredLimits, declaredLimits } from "../../planning/capacity/declared-limits";
import { bottleneck, hops } from "../../planning/capacity/hops";
import { simulateBurst } from "../../planning/capacity/simulate-burst";
import { readWorkCounts } from "../../planning/cost/work-counts";
import { withGenerated } from "../../planning/generated-part";
import { stackGraph } from "../support/stack-graph";

const counts = readWorkCounts();
const demand = { rate: 100, serviceSeconds: 0.3, slower: 1, accountConcurrency: 1_000 };

let prod: DeclaredLimits;

beforeAll(async () => {
  prod = declaredLimits(await stackGraph("prod"));
});

describe("the capacity of a stack", () => {
  it("is read from what the stack declares", () => {
    expect(prod).toMatchObject({
      apiRate: 500,
      apiBurst: 1_000,
      relay: { batchSize: 100, parallelization: 2 },
      fulfilment: { reserved: 50, maxReceives: 5 },
    });
  });

  it("follows from Little's law at each hop, and the least is the bottleneck", () => {
    const all = hops(prod, counts, demand);
    const fulfilment = all.find(({ name }) => name === "fulfilment");
    const seconds = 0.6 + counts.order.measured.workflowMilliseconds / 1_000;
    expect(fulfilment?.needed).toBeCloseTo(100 * seconds, 6);
    expect(fulfilment?.ordersPerSecond).toBeCloseTo(50 / seconds, 6);
    expect(bottleneck(all)).toMatchObject({
      name: "fulfilment",
      lift: `reservedConcurrency ${Math.ceil(120 * seconds)}`,
    });
  });

  it("names the next bottleneck when the first is lifted", () => {
    const lifted = { ...prod, fulfilment: { ...prod.fulfilment, maximumConcurrency: 1_000, reserved: 1_000 } };
    expect(bottleneck(hops(lifted, counts, { ...demand, rate: 10_000, accountConcurrency: 100_000 }))).toMatchObject({
      name: "API, POST /orders",
      ordersPerSecond: 500,
      lift: "throttling.write.rate 10,000",
    });
  });
});

describe("a burst from 0 to 10,000 requests a second", () => {
  it("ends with every accepted order shipped, and the others refused", () => {
    const shape = { rate: 10_000, rampSeconds: 10, holdSeconds: 5 };
    const burst = simulateBurst(prod, counts, demand, shape);
    const requests = burst.intake.reduce((sum, each) => sum + each.requests, 0);
    expect(burst.accepted + burst.refused).toBe(requests);
    // The bucket's thousand, and 500 for each second but the first.
    expect(burst.accepted).toBe(1_000 + 14 * 500);
    expect(burst.deadLetters).toBe(0);
    expect(burst.fulfilment.at(-1)).toMatchObject({ shipped: burst.accepted, waiting: 0 });
    expect(burst.drainSeconds).toBeGreaterThan(30);
    expect(simulateBurst(prod, counts, demand, shape)).toEqual(burst);
  });
});

it("docs/capacity.md and its pictures are what the program and the counts come to; else npm run capacity -- --write", async () => {
  const { parts, pictures } = await generateCapacityDocument(counts);
  const document = readFileSync(capacityDocument, "utf8");
  for (const [name, content] of Object.entries(parts)) {
    expect(withGenerated(document, name, content), `the part ${name}`).toBe(document);
  }
  for (const [file, picture] of Object.entries(pictures)) {
    expect(existsSync(file) && readFileSync(file, "utf8") === picture, file).toBe(true);
  }
}, 120_000);

it.each([
  [["--rate", "none"], "It must be a number from 1 to 100,000."],
  [["--colour"], "unknown option"],
])("npm run capacity refuses %j", async (args, complaint) => {
  const said: string[] = [];
  const program = capacityProgram().configureOutput({ writeErr: (text) => said.push(text) });
  await expect(program.parseAsync(args, { from: "user" })).rejects.toMatchObject({ name: "CommanderError" });
  expect(said.join("")).toContain(complaint);
});
