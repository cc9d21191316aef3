import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { declared, field } from "../declared-stack";
import { type Price, type PriceName, prices } from "./prices";
import { type Quantity, summed, times } from "./quantity";
import { hoursPerMonth, standingCosts } from "./standing-costs";
import { type Assumptions, daysPerMonth, tracedInvocations, workCosts } from "./work-costs";
import type { WorkCounts } from "./work-counts";

export interface Demand extends Assumptions {
  readonly ordersPerDay: number;
  /** How often an order is read through the API. */
  readonly readsPerOrder: number;
  /** Access tokens that back ends ask the user pool for; one is valid for an hour. */
  readonly tokensPerDay: number;
  /** Months after which the table is looked at: orders are kept. */
  readonly monthsKept: number;
  /** Whether what AWS gives away each month is deducted, as if nothing else in the account used it. */
  readonly freeTiers: boolean;
}

export const usualDemand: Demand = {
  ordersPerDay: 10_000,
  readsPerOrder: 2,
  tokensPerDay: 24,
  monthsKept: 12,
  serviceMilliseconds: 300,
  slower: 1,
  freeTiers: false,
};

export interface BillLine {
  readonly what: string;
  readonly price: PriceName;
  /** In the price's unit, in a month. */
  readonly amount: number;
  readonly usd: number;
}

export interface Bill {
  readonly stack: string;
  readonly region: string;
  readonly demand: Demand;
  /** Largest first. */
  readonly lines: readonly BillLine[];
  readonly usd: number;
}

/** Lambda records the first request of a second and 5 % of the others: https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html */
const recordedTraces = (invocations: number): number => {
  const seconds = hoursPerMonth * 3_600;
  return invocations <= seconds ? invocations : seconds + (invocations - seconds) / 20;
};

const gigabyte = 2 ** 30;

/** Minutes between the runs of reconcile-orders. */
function reconciliationMinutes(graph: ResourceGraph): number {
  const schedule = declared(graph, "aws:scheduler/schedule:Schedule").find(
    ({ name }) => name === "orders-reconcile-schedule",
  );
  const [, minutes] = /^rate\((\d+) minutes?\)$/.exec(String(schedule?.inputs["scheduleExpression"])) ?? [];
  if (minutes === undefined) throw new Error("The schedule orders-reconcile-schedule is not a rate of minutes.");
  return Number(minutes);
}

function quantities(graph: ResourceGraph, counts: WorkCounts, demand: Demand): readonly Quantity[] {
  const { order, read, reconciliation, compressedLog } = counts;
  const assumptions = { ...demand, compressedLog };
  const orders = demand.ordersPerDay * daysPerMonth;
  const reads = orders * demand.readsPerOrder;
  const runs = (hoursPerMonth * 60) / reconciliationMinutes(graph);
  const traces = [
    ...tracedInvocations(order, graph).map((count) => count * orders),
    ...tracedInvocations(read, graph).map((count) => count * reads),
    ...tracedInvocations(reconciliation, graph).map((count) => count * runs),
  ];
  const kept = (order.measured.storedBytes * orders * demand.monthsKept) / gigabyte;
  const recoverable = declared(graph, "aws:dynamodb/table:Table").some(
    ({ inputs }) => field(inputs["pointInTimeRecovery"], "enabled") === true,
  );
  const metrics = reconciliation.exact.metrics.length + (orders > 0 ? order.exact.metrics.length : 0);
  const ownPool = declared(graph, "aws:cognito/userPoolClient:UserPoolClient").length > 0;
  return [
    ...standingCosts(graph),
    ...times(workCosts(order, graph, assumptions), orders),
    ...times(workCosts(read, graph, assumptions), reads),
    ...times(workCosts(reconciliation, graph, { ...assumptions, serviceMilliseconds: 0 }), runs),
    { price: "schedules", what: "EventBridge Scheduler", amount: runs },
    { price: "customMetrics", what: "CloudWatch, metrics of orders", amount: metrics },
    { price: "traces", what: "X-Ray", amount: traces.reduce((sum, count) => sum + recordedTraces(count), 0) },
    { price: "tableGb", what: `DynamoDB, orders of ${demand.monthsKept} months`, amount: kept },
    { price: "recoveryGb", what: "DynamoDB, point-in-time recovery", amount: recoverable ? kept : 0 },
    {
      price: "machineTokens",
      what: "Cognito tokens for back ends",
      amount: ownPool && orders > 0 ? demand.tokensPerDay * daysPerMonth : 0,
    },
  ];
}

/** The bill of a month for a stack as it is declared, from the counts that were measured. */
export function billOf(graph: ResourceGraph, counts: WorkCounts, demand: Demand): Bill {
  const left = new Map<PriceName, number>();
  const lines = summed(quantities(graph, counts, demand)).map(({ what, price, amount }): BillLine => {
    const { usd, per, free = 0 }: Price = prices[price];
    const given = demand.freeTiers ? Math.min(amount, left.get(price) ?? free) : 0;
    left.set(price, (left.get(price) ?? free) - given);
    return { what, price, amount, usd: ((amount - given) * usd) / per };
  });
  const used = lines.filter(({ amount }) => amount > 0).sort((one, other) => other.usd - one.usd);
  const usd = used.reduce((sum, line) => sum + line.usd, 0);
  return { stack: graph.stack, region: graph.region, demand, lines: used, usd };
}

/** The bill of a month without an order. */
export const idleBill = (graph: ResourceGraph, counts: WorkCounts, demand: Demand): Bill =>
  billOf(graph, counts, { ...demand, ordersPerDay: 0 });

/** What a million further orders cost: the lines that grow with them, at the demand that is given. */
export const perMillionOrders = (bill: Bill, idle: Bill): number =>
  ((bill.usd - idle.usd) / (bill.demand.ordersPerDay * daysPerMonth)) * 1_000_000;
