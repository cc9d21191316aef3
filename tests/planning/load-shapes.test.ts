import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { loadProgram } from "../../planning/load/load-program";
import { summaryOf } from "../../planning/load/load-report";
import { arrivals, type LoadShape, readShape, secondsOf, shapeNames } from "../../planning/load/load-shape";
import type { PlacedOrder } from "../../planning/load/placed-order";

const shapeOf = (phases: LoadShape["phases"]): LoadShape => ({ name: "test", phases, importRows: 0 });

describe("the arrivals of a shape", () => {
  it("are evenly spread over a phase", () => {
    expect(arrivals(shapeOf([{ name: "even", duration: 2, arrivalRate: 2 }]))).toEqual([0.25, 0.75, 1.25, 1.75]);
  });

  it("come closer together as a phase ramps up, as many as its area has", () => {
    const times = arrivals(shapeOf([{ name: "up", duration: 10, arrivalRate: 0, rampTo: 20 }]));
    expect(times).toHaveLength(100);
    expect(times.filter((at) => at < 5)).toHaveLength(25);
    expect(Math.max(...times)).toBeLessThan(10);
    expect(times).toEqual([...times].sort((one, other) => one - other));
  });

  it("come phase after phase, and as many times as often as asked", () => {
    const shape = shapeOf([
      { name: "one", duration: 10, arrivalRate: 1 },
      { name: "two", duration: 10, arrivalRate: 4, rampTo: 2 },
    ]);
    expect(secondsOf(shape)).toBe(20);
    expect(arrivals(shape)).toHaveLength(10 + 30);
    expect(arrivals(shape, 3)).toHaveLength(30 + 90);
  });
});

describe.each(shapeNames())("the artillery file %s", (name) => {
  it("has a shape, and the scenario that npm run load plays", () => {
    expect(arrivals(readShape(name)).length).toBeGreaterThan(0);
    const file = join(__dirname, `../../planning/load/shapes/${name}.yml`);
    const { config, scenarios } = parse(readFileSync(file, "utf8"));
    expect(config.target).toBe("{{ $env.API_ENDPOINT }}");
    expect(scenarios).toHaveLength(1);
    expect(scenarios[0].flow).toMatchObject([
      { post: { url: "/orders", json: { items: [{ item: "Laptop", quantity: 1 }] } } },
      { get: { url: "/orders/{{ order_id }}" } },
    ]);
  });
});

describe("the summary of a load", () => {
  const placed = { due: 0, answered: 1, milliseconds: 100, status: 201 };
  const orders: readonly PlacedOrder[] = [
    { ...placed, orderId: "a", state: "SHIPPED", ended: 2 },
    { ...placed, orderId: "b", state: "REJECTED", ended: 2 },
    { ...placed, orderId: "c", state: "PAID" },
    { ...placed, status: 429 },
    { ...placed, status: 0 },
  ];

  it("counts as lost what was accepted and has not ended", () => {
    const result = { shape: shapeOf([]), began: new Date(0), orders, queue: [{ second: 1, depth: 7 }] };
    expect(summaryOf(result)).toMatchObject({
      requests: 5,
      accepted: 3,
      refused: 1,
      unanswered: 1,
      shipped: 1,
      otherwise_ended: 1,
      lost: 1,
      deepest_queue: 7,
      seconds_to_ship: { p50: 1.1 },
    });
  });
});

it.each([
  [["--shape", "christmas"], "There is no shape christmas. Shapes are flash-sale, import-at-night, lunch-peak, steady"],
  [["--shape", "steady", "--report", "/nowhere/page.html"], "/nowhere/page.html cannot be written: ENOENT"],
  [["--shape", "steady", "--max-orders", "10"], "The shape steady has 600 orders in 60 s: --max-orders is 10"],
])("npm run load refuses %j before anything is started", async (args, complaint) => {
  await expect(loadProgram().parseAsync(args, { from: "user" })).rejects.toThrow(complaint);
});
