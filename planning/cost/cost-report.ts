import { amountText, type Column, markdownTable, type Row, terminalTable, usdText } from "../table";
import { type Bill, perMillionOrders } from "./bill";
import type { CostChange } from "./cost-changes";
import { type Price, pricedRegion, prices, pricesRead } from "./prices";
import type { WorkCounts } from "./work-counts";

export interface CostReport {
  readonly bill: Bill;
  readonly idle: Bill;
  readonly counts: WorkCounts;
  readonly changes?: readonly CostChange[] | undefined;
}

const billColumns: readonly Column[] = [
  { name: "what" },
  { name: "in a month", align: "right" },
  { name: "of" },
  { name: "USD", align: "right" },
  { name: "idle", align: "right" },
];

function billRows({ bill, idle }: CostReport): readonly Row[] {
  const idleUsd = new Map(idle.lines.map(({ what, usd }) => [what, usd]));
  return bill.lines.map(({ what, price, amount, usd }) => [
    what,
    amountText(amount),
    prices[price].unit,
    usdText(usd),
    idleUsd.has(what) ? usdText(idleUsd.get(what) ?? 0) : "",
  ]);
}

const total = ({ bill, idle }: CostReport): Row => ["Total", "", "", usdText(bill.usd), usdText(idle.usd)];

const changeColumns: readonly Column[] = [{ name: "if" }, { name: "USD a month", align: "right" }];

const signed = (usd: number): string => (usd > 0 ? `+${usdText(usd)}` : usdText(usd));

const changeRows = (changes: readonly CostChange[]): readonly Row[] =>
  changes.map(({ what, usd }) => [what, signed(usd)]);

const perDay = ({ demand }: Bill): string => `${amountText(demand.ordersPerDay)} orders a day`;

const sentence = (report: CostReport): string => {
  const { bill, idle } = report;
  const more =
    bill.demand.ordersPerDay === 0 ? "" : `; a million further orders ${usdText(perMillionOrders(bill, idle))} USD`;
  return `${bill.stack} with ${perDay(bill)}: ${usdText(bill.usd)} USD a month, ${usdText(idle.usd)} of it when idle${more}.`;
};

/** A stack's bill is never shown with the prices of another region without saying so. */
const regionSentence = ({ region }: Bill): string =>
  region === pricedRegion
    ? `Prices of ${pricedRegion}.`
    : `Prices of ${pricedRegion}; the stack is in ${region}, where most are higher.`;

const basis = ({ bill, counts }: CostReport): string =>
  `Prices looked up on ${pricesRead}, without tax, ${bill.demand.freeTiers ? "free tiers deducted" : "free tiers not deducted"}. ` +
  `Counts measured on ${counts.measured}, in ${counts.orders} orders. Assumed: ${bill.demand.readsPerOrder} reads of each order, ` +
  `${bill.demand.serviceMilliseconds} ms each for payment and shipping, ${bill.demand.tokensPerDay} access tokens a day.`;

export const terminalReport = (report: CostReport): string =>
  [
    `${sentence(report)}\n${regionSentence(report.bill)}`,
    terminalTable(billColumns, [...billRows(report), total(report)]),
    ...(report.changes === undefined
      ? []
      : ["What changes it most:", terminalTable(changeColumns, changeRows(report.changes))]),
    basis(report),
  ].join("\n\n");

export const markdownBill = (report: CostReport): string =>
  markdownTable(billColumns, [...billRows(report), total(report).map((cell) => (cell === "" ? "" : `**${cell}**`))]);

export const markdownChanges = (changes: readonly CostChange[]): string =>
  markdownTable(changeColumns, changeRows(changes));

/** For the comment of a pull request: the sum in the open, the lines folded. */
export const markdownReport = (report: CostReport): string =>
  [
    `**Cost**: ${sentence(report)} ${regionSentence(report.bill)}`,
    `<details><summary>Line by line</summary>\n\n${markdownBill(report)}\n\n${basis(report)}\n\n</details>`,
    ...(report.changes === undefined ? [] : [markdownChanges(report.changes)]),
  ].join("\n\n");

export const jsonReport = (report: CostReport) => {
  const { bill, idle, counts, changes } = report;
  const idleUsd = new Map(idle.lines.map(({ what, usd }) => [what, usd]));
  return {
    stack: bill.stack,
    currency: "USD",
    region: bill.region,
    region_of_prices: pricedRegion,
    prices_read: pricesRead,
    counts_measured: counts.measured,
    demand: {
      orders_per_day: bill.demand.ordersPerDay,
      reads_per_order: bill.demand.readsPerOrder,
      tokens_per_day: bill.demand.tokensPerDay,
      months_kept: bill.demand.monthsKept,
      service_ms: bill.demand.serviceMilliseconds,
      free_tiers: bill.demand.freeTiers,
    },
    usd_per_month: bill.usd,
    usd_idle: idle.usd,
    ...(bill.demand.ordersPerDay === 0 ? {} : { usd_per_million_orders: perMillionOrders(bill, idle) }),
    lines: bill.lines.map(({ what, price, amount, usd }) => ({
      what,
      amount,
      unit: prices[price].unit,
      usd,
      usd_idle: idleUsd.get(what) ?? 0,
    })),
    ...(changes === undefined ? {} : { changes: changes.map(({ what, usd }) => ({ what, usd_per_month: usd })) }),
  };
};

/** Every price with its source and what AWS gives away of it. */
export const markdownPrices = (): string =>
  markdownTable(
    [
      { name: "USD", align: "right" },
      { name: "for" },
      { name: "free each month", align: "right" },
      { name: "AWS's page" },
      { name: "amount seen in" },
    ],
    Object.values<Price>(prices).map(({ usd, per, unit, source, seen, free }) => [
      String(usd),
      per === 1 ? unit : `${amountText(per)} ${unit}`,
      free === undefined ? "" : amountText(free),
      source,
      seen,
    ]),
  );
