import { join } from "node:path";
import { declaredStack } from "../declared-stack";
import { amountText, markdownTable, usdText } from "../table";
import { billOf, idleBill, perMillionOrders, usualDemand } from "./bill";
import { costChanges } from "./cost-changes";
import { markdownBill, markdownChanges, markdownPrices } from "./cost-report";
import type { WorkCounts } from "./work-counts";

export const costDocument = join(__dirname, "../../docs/cost.md");

const right = "right";

/** The generated parts of docs/cost.md, by name. */
export async function costDocumentParts(counts: WorkCounts): Promise<Readonly<Record<string, string>>> {
  const bills = await Promise.all(
    ["dev", "staging", "prod"].map(async (stack) => {
      const graph = await declaredStack(stack);
      return { bill: billOf(graph, counts, usualDemand), idle: idleBill(graph, counts, usualDemand), counts };
    }),
  );
  const prod = bills.at(-1);
  if (prod === undefined) throw new Error("There is no bill of prod.");
  return {
    summary: markdownTable(
      [
        { name: "stack" },
        { name: "idle, a month", align: right },
        { name: "10,000 orders a day, a month", align: right },
        { name: "a million further orders", align: right },
      ],
      bills.map(({ bill, idle }) => [
        bill.stack,
        `${usdText(idle.usd)} USD`,
        `${usdText(bill.usd)} USD`,
        `${usdText(perMillionOrders(bill, idle))} USD`,
      ]),
    ),
    prod: markdownBill(prod),
    changes: markdownChanges(await costChanges("prod", {}, counts, usualDemand)),
    counts: countsTable(counts),
    prices: markdownPrices(),
  };
}

function countsTable(counts: WorkCounts): string {
  const { order, read, reconciliation } = counts;
  const row = (what: string, of: (work: typeof order) => number) => [
    what,
    ...[order, read, reconciliation].map((work) => amountText(of(work))),
  ];
  const sum = (all: Readonly<Record<string, number>>): number =>
    Object.values(all).reduce((total, each) => total + each, 0);
  return markdownTable(
    [
      { name: "counted" },
      { name: "one order", align: right },
      { name: "one read", align: right },
      { name: "one reconciliation", align: right },
    ],
    [
      row("requests of the API", ({ exact }) => exact.apiRequests),
      row("invocations, one message each", ({ exact }) => sum(exact.invocations)),
      row("write units", ({ exact }) => exact.writeUnits),
      row("read units", ({ exact }) => exact.readUnits),
      row("events on the bus", ({ exact }) => exact.events),
      row("messages to queues", ({ exact }) => sum(exact.messages)),
      row("messages to topics", ({ exact }) => sum(exact.published)),
      row("executions of the workflow", ({ exact }) => exact.executions),
      row("custom metrics with a value", ({ exact }) => exact.metrics.length),
      row("bytes of log", ({ measured }) => measured.logBytes),
      row("bytes stored", ({ measured }) => measured.storedBytes),
    ],
  );
}
