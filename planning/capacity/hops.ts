import { maxBatchEntries } from "../../runtime/aws/batches-of";
import { openShards } from "../../runtime/orders/dynamodb-order-item";
import { maxReservedConcurrency, maxThrottleRate } from "../../settings/settings-schema";
import type { WorkCounts } from "../cost/work-counts";
import type { DeclaredLimits } from "./declared-limits";
import { quotas } from "./quotas";

/** A step that every order passes, and how many orders a second it can handle. */
export interface Hop {
  readonly name: string;
  /** What is bounded, such as `invocations at once`. */
  readonly of: string;
  /** How much of it the rate needs. */
  readonly needed: number;
  /** How much of it there is. */
  readonly limit: number;
  /** Orders a second that the limit is enough for. */
  readonly ordersPerSecond: number;
  /** What raises the limit to the rate. */
  readonly lift: string;
}

export interface CapacityDemand {
  /** Orders a second. */
  readonly rate: number;
  /** Seconds that the payment service takes, and the shipping service as well. */
  readonly serviceSeconds: number;
  /** How many times longer a function runs on AWS than where it was measured. */
  readonly slower: number;
  /** Lambda's quota "Concurrent executions". */
  readonly accountConcurrency: number;
}

/** Room above the average need, because load is uneven within a second. */
const headroom = 1.2;

/** Changes of status that an order goes through: PENDING, PAID, SHIPPED. */
const changes = 3;

const upTo = (needed: number): string => Math.ceil(needed * headroom).toLocaleString("en");

/** Little's law at each hop, in the order in which an order passes them. */
export function hops(limits: DeclaredLimits, counts: WorkCounts, demand: CapacityDemand): readonly Hop[] {
  const { rate, serviceSeconds, slower, accountConcurrency } = demand;
  const seconds = (name: string): number => ((counts.order.measured.milliseconds[name] ?? 0) * slower) / 1_000;
  const own = (name: string): number => limits.reserved.get(name) ?? accountConcurrency;
  const hop = (name: string, of: string, perOrder: number, limit: number, lift: (needed: number) => string): Hop => {
    const needed = rate * perOrder;
    return { name, of, needed, limit, ordersPerSecond: limit / perOrder, lift: lift(needed) };
  };
  const reserve = (needed: number): string =>
    needed * headroom <= maxReservedConcurrency
      ? `reservedConcurrency ${upTo(needed)}`
      : `reservedConcurrency ${maxReservedConcurrency.toLocaleString("en")}, the most, is enough for ${Math.floor((rate * maxReservedConcurrency) / needed).toLocaleString("en")} orders a second`;

  const perExecution = (counts.order.measured.workflowMilliseconds * slower) / 1_000 + 2 * serviceSeconds;
  const { batchSize, maximumConcurrency, reserved } = limits.fulfilment;
  const tableWrites = limits.warmWrites ?? quotas.newTableWrites.value;
  // The relay calls PutEvents once after another for a batch of the stream; each call takes as long as the relay of one event.
  const perBatch = seconds("orders-relay-order-events") * Math.ceil(limits.relay.batchSize / maxBatchEntries);
  const shards = Math.max(1, Math.ceil(tableWrites / quotas.partitionWrites.value));
  return [
    hop("API, account", "requests a second", 1, quotas.apiRequests.value, () => quotas.apiRequests.raise),
    hop(
      "API, POST /orders",
      "requests a second",
      1,
      limits.apiRate,
      (needed) => `throttling.write.rate ${upTo(Math.min(needed, maxThrottleRate / headroom))}`,
    ),
    hop("place-order", "invocations at once", seconds("orders-place-order"), own("orders-place-order"), reserve),
    hop(
      "orders table",
      "writes a second",
      changes,
      tableWrites,
      (needed) => `warmThroughput.writeUnitsPerSecond ${upTo(needed)}`,
    ),
    hop(
      "index open-orders",
      "writes a second over its keys",
      2,
      openShards * quotas.partitionWrites.value,
      () => `more than ${openShards} openShards in \`runtime/orders/dynamodb-order-item.ts\``,
    ),
    hop(
      "relay",
      "batches at once",
      (changes * perBatch) / limits.relay.batchSize,
      shards * limits.relay.parallelization,
      () => "parallelizationFactor in `components/order-relay.ts`, up to 10",
    ),
    hop("event bus", "events a second", changes, quotas.putEvents.value, () => quotas.putEvents.raise),
    hop("rules", "targets a second", changes + 1, quotas.targetInvocations.value, () => quotas.targetInvocations.raise),
    hop(
      "fulfilment",
      "executions at once",
      perExecution,
      Math.min(batchSize * maximumConcurrency, quotas.mappingConcurrency.value * batchSize),
      reserve,
    ),
    hop("take-payment", "invocations at once", seconds("orders-take-payment") + serviceSeconds, reserved, reserve),
    hop("ship-order", "invocations at once", seconds("orders-ship-order") + serviceSeconds, reserved, reserve),
    hop("workflow", "starts a second", 1, quotas.executionStarts.value, () => quotas.executionStarts.raise),
    hop(
      "transform-order-event",
      "invocations at once",
      (changes * seconds("orders-transform-order-event")) / limits.transform.batchSize,
      limits.transform.maximumConcurrency,
      reserve,
    ),
    hop(
      "Lambda, account",
      "invocations at once",
      seconds("orders-place-order") +
        (changes * perBatch) / limits.relay.batchSize +
        perExecution / batchSize +
        seconds("orders-take-payment") +
        seconds("orders-ship-order") +
        2 * serviceSeconds +
        (changes * seconds("orders-transform-order-event")) / limits.transform.batchSize,
      accountConcurrency,
      () => quotas.concurrency.raise,
    ),
  ];
}

/** The hop that can handle the fewest orders a second. */
export const bottleneck = (all: readonly Hop[]): Hop =>
  all.reduce((least, hop) => (hop.ordersPerSecond < least.ordersPerSecond ? hop : least));
