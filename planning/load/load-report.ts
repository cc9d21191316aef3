import { type Plot, svgOf } from "../plot";
import { amountText } from "../table";
import type { PlacedOrder } from "./placed-order";
import type { LoadResult } from "./run-load";

export interface LoadSummary {
  readonly shape: string;
  readonly seconds: number;
  readonly requests: number;
  readonly accepted: number;
  readonly refused: number;
  readonly unanswered: number;
  readonly shipped: number;
  readonly otherwise_ended: number;
  /** Accepted orders, those of the file included, that had not ended in time or could not be read. */
  readonly lost: number;
  readonly answer_ms: Percentiles;
  readonly seconds_to_ship: Percentiles;
  readonly deepest_queue: number;
  readonly imported?: LoadResult["imported"];
}

interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;

const percentiles = (values: readonly number[], digits: number): Percentiles => {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number): number => Number(percentile(sorted, share).toFixed(digits));
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
};

const toShip = ({ ended, answered, milliseconds }: PlacedOrder): number =>
  Math.max(0, (ended ?? 0) - (answered - milliseconds / 1_000));

export function summaryOf({ shape, orders, queue, imported }: LoadResult): LoadSummary {
  const accepted = orders.filter(({ orderId }) => orderId !== undefined);
  const ended = accepted.filter((order) => order.ended !== undefined);
  const shipped = ended.filter(({ state }) => state === "SHIPPED");
  return {
    shape: shape.name,
    seconds: Math.round(Math.max(0, ...orders.map((order) => order.ended ?? order.answered))),
    requests: orders.length,
    accepted: accepted.length,
    refused: orders.filter(({ status, orderId }) => status !== 0 && orderId === undefined).length,
    unanswered: orders.filter(({ status }) => status === 0).length,
    shipped: shipped.length,
    otherwise_ended: ended.length - shipped.length,
    lost: accepted.length - ended.length + (imported === undefined ? 0 : imported.accepted - imported.ended),
    answer_ms: percentiles(
      orders.filter(({ status }) => status !== 0).map(({ milliseconds }) => milliseconds),
      0,
    ),
    seconds_to_ship: percentiles(shipped.map(toShip), 2),
    deepest_queue: Math.max(0, ...queue.map(({ depth }) => depth)),
    ...(imported === undefined ? {} : { imported }),
  };
}

/** One point for each second, of what falls into it. */
function bySecond<Value>(
  values: readonly Value[],
  at: (value: Value) => number | undefined,
  of: (inSecond: readonly Value[]) => number,
): readonly (readonly [number, number])[] {
  const grouped = Map.groupBy(
    values.filter((value) => at(value) !== undefined),
    (value) => Math.floor(at(value) ?? 0),
  );
  const last = Math.max(0, ...grouped.keys());
  return Array.from({ length: last + 1 }, (_, second) => [second, of(grouped.get(second) ?? [])] as const);
}

export function picturesOf({ shape, orders, queue }: LoadResult): string {
  const count = (all: readonly PlacedOrder[]): number => all.length;
  const accepted = orders.filter(({ orderId }) => orderId !== undefined);
  const latency = (share: number) =>
    bySecond(
      orders,
      ({ answered }) => answered,
      (all) =>
        percentile(
          all.map(({ milliseconds }) => milliseconds).sort((one, other) => one - other),
          share,
        ),
    );
  const last = Math.ceil(Math.max(0, ...accepted.map((order) => order.ended ?? order.answered)));
  const open = Array.from({ length: last + 1 }, (_, second) => {
    const waiting = accepted.filter(({ answered, ended }) => answered <= second && (ended ?? Infinity) > second);
    return { second, oldest: Math.max(0, ...waiting.map(({ answered }) => second - answered)) };
  });
  const plots: readonly Plot[] = [
    {
      title: `${shape.name}: orders a second`,
      x: "seconds",
      series: [
        { name: "requests", points: bySecond(orders, ({ due }) => due, count) },
        { name: "accepted", points: bySecond(accepted, ({ answered }) => answered, count) },
        { name: "shipped", points: bySecond(accepted, ({ ended }) => ended, count) },
        {
          name: "errors",
          points: bySecond(
            orders,
            ({ answered }) => answered,
            (all) => all.filter(({ orderId }) => orderId === undefined).length,
          ),
        },
      ],
    },
    {
      title: "Time to an answer, ms",
      x: "seconds",
      series: [
        { name: "p50", points: latency(0.5) },
        { name: "p95", points: latency(0.95) },
        { name: "p99", points: latency(0.99) },
      ],
    },
    {
      title: "Messages in the fulfilment queue",
      x: "seconds",
      series: [{ name: "waiting and worked on", points: queue.map(({ second, depth }) => [second, depth]) }],
    },
    {
      title: "Age of the oldest order that has not ended, seconds",
      x: "seconds",
      series: [{ name: "oldest", points: open.map(({ second, oldest }) => [second, oldest]) }],
    },
  ];
  return svgOf(plots);
}

const rowsOf = (summary: LoadSummary): readonly (readonly [string, string])[] => [
  ["requests", amountText(summary.requests)],
  ["accepted", amountText(summary.accepted)],
  ["refused, not answered", `${amountText(summary.refused)}, ${amountText(summary.unanswered)}`],
  ["shipped", amountText(summary.shipped)],
  ["ended otherwise", amountText(summary.otherwise_ended)],
  ["lost", amountText(summary.lost)],
  ["time to an answer, p50 / p95 / p99", `${Object.values(summary.answer_ms).join(" / ")} ms`],
  ["time to SHIPPED, p50 / p95 / p99", `${Object.values(summary.seconds_to_ship).join(" / ")} s`],
  ["deepest fulfilment queue", amountText(summary.deepest_queue)],
  ...(summary.imported === undefined
    ? []
    : [
        ["rows imported", `${amountText(summary.imported.accepted)} of ${amountText(summary.imported.rows)}`] as const,
        ["of which ended", amountText(summary.imported.ended)] as const,
      ]),
];

export const textReport = (summary: LoadSummary): string =>
  rowsOf(summary)
    .map(([name, value]) => `${name.padEnd(36)}${value}`)
    .join("\n");

/** A page that needs nothing else. */
export const htmlReport = (result: LoadResult, where: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Load: ${result.shape.name}</title>
<style>
body { font: 15px system-ui, sans-serif; max-width: 760px; margin: 2rem auto; padding: 0 1rem; color: #222 }
td { padding: 0.15rem 1.5rem 0.15rem 0 } td + td { text-align: right; font-variant-numeric: tabular-nums }
svg { width: 100%; height: auto }
</style>
<h1>Load: ${result.shape.name}</h1>
<p>${result.began.toISOString()}, on ${where}</p>
<table>
${rowsOf(summaryOf(result))
  .map(([name, value]) => `<tr><td>${name}</td><td>${value}</td></tr>`)
  .join("\n")}
</table>
${picturesOf(result)}
</html>
`;
