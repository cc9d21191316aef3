import { type Plot, svgOf } from "../plot";
import { amountText, type Column, markdownTable, type Row, terminalTable } from "../table";
import { bottleneck, type CapacityDemand, type Hop } from "./hops";
import { type Quota, quotas, quotasRead } from "./quotas";
import type { BurstShape, SimulatedBurst } from "./simulate-burst";

export interface CapacityReport {
  readonly stack: string;
  readonly demand: CapacityDemand;
  readonly hops: readonly Hop[];
  readonly shape: BurstShape;
  readonly burst: SimulatedBurst;
}

const hopColumns: readonly Column[] = [
  { name: "hop" },
  { name: "needs", align: "right" },
  { name: "has", align: "right" },
  { name: "of" },
  { name: "orders a second", align: "right" },
  { name: "what raises it" },
];

const isEnough = ({ needed, limit }: Hop): boolean => needed <= limit;

const hopRows = (hops: readonly Hop[]): readonly Row[] =>
  hops.map((hop) => [
    hop.name,
    amountText(hop.needed),
    amountText(hop.limit),
    hop.of,
    amountText(Math.floor(hop.ordersPerSecond)),
    isEnough(hop) ? "" : hop.lift,
  ]);

const verdict = ({ stack, demand, hops }: CapacityReport): string => {
  const first = bottleneck(hops);
  const rate = amountText(demand.rate);
  const sustained = amountText(Math.floor(first.ordersPerSecond));
  return first.ordersPerSecond >= demand.rate
    ? `${stack} can handle ${rate} orders a second; the first bottleneck would be ${first.name}, at ${sustained}.`
    : `${stack} can handle ${sustained} orders a second, not ${rate}. The first bottleneck is ${first.name} (${amountText(first.limit)} ${first.of}). What raises it: ${first.lift}.`;
};

const burstText = ({ shape, burst }: CapacityReport): string =>
  `A burst from 0 to ${amountText(shape.rate)} requests a second in ${shape.rampSeconds} s, held for ${shape.holdSeconds} s: ` +
  `${amountText(burst.accepted)} orders accepted, ${amountText(burst.refused)} answered with 429, ` +
  `${burst.deadLetters} dead letters; the last order is shipped ${amountText(burst.drainSeconds)} s after the last request.`;

const basis = ({ demand }: CapacityReport): string =>
  `Payment takes ${demand.serviceSeconds} s, and shipping as well; durations of functions are those that were measured for the bill` +
  `${demand.slower === 1 ? "" : `, ${demand.slower} times as long`}. Quotas of an account without increases, read on ${quotasRead}.`;

export const terminalReport = (report: CapacityReport): string =>
  [verdict(report), terminalTable(hopColumns, hopRows(report.hops)), burstText(report), basis(report)].join("\n\n");

export const markdownReport = (report: CapacityReport): string =>
  [verdict(report), markdownTable(hopColumns, hopRows(report.hops)), burstText(report), basis(report)].join("\n\n");

export const markdownQuotas = (): string =>
  markdownTable(
    [{ name: "quota" }, { name: "value", align: "right" }, { name: "name of the increase" }, { name: "source" }],
    Object.values<Quota>(quotas).map(({ name, value, raise, source }) => [
      name,
      amountText(value),
      raise ?? "cannot be raised",
      source,
    ]),
  );

export const jsonReport = (report: CapacityReport) => {
  const { burst, shape } = report;
  return {
    stack: report.stack,
    rate: report.demand.rate,
    bears_orders_per_second: bottleneck(report.hops).ordersPerSecond,
    bottleneck: bottleneck(report.hops).name,
    hops: report.hops.map(({ name, of, needed, limit, ordersPerSecond, lift }) => ({
      name,
      of,
      needed,
      limit,
      orders_per_second: ordersPerSecond,
      ...(needed > limit ? { lift } : {}),
    })),
    burst: {
      rate: shape.rate,
      ramp_seconds: shape.rampSeconds,
      hold_seconds: shape.holdSeconds,
      accepted: burst.accepted,
      refused: burst.refused,
      dead_letters: burst.deadLetters,
      drain_seconds: burst.drainSeconds,
    },
    quotas_read: quotasRead,
  };
};

/** The simulated burst as a picture: what comes in, what waits, and how long. */
export function burstPicture({ burst, stack, shape }: CapacityReport): string {
  const shipped = burst.fulfilment.map(
    ({ second, shipped: now }, index) => [second, now - (burst.fulfilment[index - 1]?.shipped ?? 0)] as const,
  );
  const plots: readonly Plot[] = [
    {
      title: `${stack}: requests a second, from 0 to ${amountText(shape.rate)}`,
      x: "seconds",
      series: [
        { name: "requests", points: burst.intake.map(({ second, requests }) => [second, requests]) },
        { name: "answered with 429", points: burst.intake.map(({ second, refused }) => [second, refused]) },
      ],
    },
    {
      title: "Orders a second",
      x: "seconds",
      series: [
        { name: "accepted", points: burst.intake.map(({ second, accepted }) => [second, accepted]) },
        { name: "shipped", points: shipped },
      ],
    },
    {
      title: "Orders that wait for fulfilment",
      x: "seconds",
      series: [{ name: "waiting", points: burst.fulfilment.map(({ second, waiting }) => [second, waiting]) }],
    },
    {
      title: "Age of the oldest of them, seconds",
      x: "seconds",
      series: [{ name: "oldest", points: burst.fulfilment.map(({ second, oldest }) => [second, oldest]) }],
    },
  ];
  return svgOf(plots);
}
