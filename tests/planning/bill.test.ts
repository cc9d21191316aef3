import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { beforeAll, describe, expect, it } from "vitest";
import { billOf, idleBill, perMillionOrders, usualDemand } from "../../planning/cost/bill";
import { prices } from "../../planning/cost/prices";
import { readWorkCounts } from "../../planning/cost/work-counts";
import { stackGraph } from "../support/stack-graph";

const counts = readWorkCounts();

let dev: ResourceGraph;
let prod: ResourceGraph;

beforeAll(async () => {
  dev = await stackGraph("dev");
  prod = await stackGraph("prod");
});

const line = (graph: ResourceGraph, what: string, demand = usualDemand) =>
  billOf(graph, counts, demand).lines.find((each) => each.what === what);

describe("a bill", () => {
  it("has for each line its amount at its price", () => {
    for (const { price, amount, usd } of billOf(prod, counts, usualDemand).lines) {
      expect(usd).toBeCloseTo((amount * prices[price].usd) / prices[price].per, 9);
    }
  });

  it("counts what is measured for each order of the month", () => {
    const orders = (10_000 * 365) / 12;
    expect(line(dev, "DynamoDB, writes")).toMatchObject({ amount: 6 * orders, usd: expect.closeTo(1.14, 2) });
    expect(line(dev, "API Gateway")?.amount).toBe(orders + 2 * orders);
    expect(line(dev, "Step Functions, executions")?.amount).toBe(orders);
  });

  it("counts an alarm on an expression for each of its metrics", () => {
    const alarms = dev.resources.filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm");
    const queries = alarms.flatMap(({ inputs }) =>
      Array.isArray(inputs["metricQueries"]) ? [inputs["metricQueries"]] : [],
    );
    const metrics = queries.flat().filter((query) => Reflect.get(query, "metric") !== undefined).length;
    expect(metrics).toBeGreaterThan(queries.length);
    expect(line(dev, "CloudWatch alarms")?.amount).toBe(alarms.length - queries.length + metrics);
  });

  it("has Lambda's polling of each queue with a consumer, orders or not", () => {
    const polls = idleBill(dev, counts, usualDemand).lines.find(({ what }) => what.startsWith("SQS, Lambda's polling"));
    expect(polls).toMatchObject({ what: "SQS, Lambda's polling of 4 queues", amount: 4 * 657_000 });
  });

  it("has the requests to KMS of a bus under the stack's own key, and none without", () => {
    expect(line(prod, "KMS, events on the bus")?.amount).toBe(2 * 3 * ((10_000 * 365) / 12));
    expect(line(dev, "KMS, events on the bus")).toBeUndefined();
  });

  it("records every trace up to one a second, and a twentieth of those beyond", () => {
    const many = { ...usualDemand, ordersPerDay: 1_000_000, readsPerOrder: 0 };
    const placed = (1_000_000 * 365) / 12;
    const second = 730 * 3_600;
    const recorded = (invocations: number) => second + (invocations - second) / 20;
    // place-order and fulfil-order, and three times the relay and transform-order-event; reconcile-orders every five minutes.
    expect(line(dev, "X-Ray", many)?.amount).toBeCloseTo(2 * recorded(placed) + 2 * recorded(3 * placed) + 8_760, 3);
  });

  it("deducts what AWS gives away once for each price, when asked to", () => {
    const free = billOf(dev, counts, { ...usualDemand, freeTiers: true });
    const requests = free.lines.filter(({ price }) => price === "queueRequests");
    const used = requests.reduce((sum, { amount }) => sum + amount, 0);
    expect(requests.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(((used - 1_000_000) * 0.4) / 1_000_000, 6);
    expect(free.lines.find(({ price }) => price === "dashboards")?.usd).toBe(0);
  });

  it("grows by the same for each further million of orders, as far as AWS's prices do", () => {
    const idle = idleBill(dev, counts, usualDemand);
    const bill = billOf(dev, counts, usualDemand);
    expect(idle.lines.some(({ what }) => what === "DynamoDB, writes")).toBe(false);
    expect(idle.usd + (perMillionOrders(bill, idle) * usualDemand.ordersPerDay * 365) / 12 / 1_000_000).toBeCloseTo(
      bill.usd,
    );
  });
});
